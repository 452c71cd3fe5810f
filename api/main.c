/* SPDX-License-Identifier: MIT */
/* The command line, one function a command. The edge: it logs, and exits. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "access/follow.h"
#include "admin/command.h"
#include "audit/command.h"
#include "audit/sealer.h"
#include "auth/command.h"
#include "config.h"
#include "generation.h"
#include "import/import.h"
#include "jobs/work.h"
#include "log.h"
#include "pages/assets.h"
#include "server/server.h"
#include "sink.h"
#include "upload/upload.h"

enum {
	MAIN_FAILED = 1,
	MAIN_USAGE = 2,
	MAIN_ARGUMENTS = 29, /* columns of help for a command's arguments */
};

/* What jemalloc reads when it starts: as many arenas as a few cores can use at once, where it would
 * make four for each core, and what has been free for a second goes back to the system, where it
 * would keep it for ten. */
extern const char *malloc_conf;
const char *malloc_conf = "narenas:8,dirty_decay_ms:1000";

struct command {
	const char *name;
	const char *arguments;
	const char *meaning;
	int (*run)(int count, char **arguments);
};

static int main_serve(int count, char **arguments);
static int main_audit(int count, char **arguments);
static int main_check(int count, char **arguments);
static int main_client(int count, char **arguments);
static int main_import(int count, char **arguments);
static int main_key(int count, char **arguments);
static int main_organisation(int count, char **arguments);
static int main_token(int count, char **arguments);
static int main_upload(int count, char **arguments);
static int main_user(int count, char **arguments);
static int main_work(int count, char **arguments);
static int main_version(int count, char **arguments);
static int main_help(int count, char **arguments);

static const struct command commands[] = {
	{"serve", "", "answer requests until SIGINT or SIGTERM", main_serve},
	{"audit", "verify [HEAD]|head", "prove that the audit is whole, or print its head",
	 main_audit},
	{"check", "",
	 "check the contract, the SQL and, when one is set, the database; serve nothing",
	 main_check},
	{"client", "create|rotate|disable|list …", "programs that may call", main_client},
	{"import", "KIND [--rejects FILE] FILE…", "load a publisher's files", main_import},
	{"key", "rotate|list", "publish a new signing key, or show what each is", main_key},
	{"organisation", "add …", "parties that no register has", main_organisation},
	{"token", "[--scope WORDS] …", "make an access token, in development", main_token},
	{"upload", "--kind KIND FILE…", "send a publisher's files to a service", main_upload},
	{"user", "grant|revoke|list …", "people and their roles", main_user},
	{"work", "", "do jobs: imports that were sent, and what is to be swept", main_work},
	{"version", "", "print the version", main_version},
	{"help", "[config]", "print this, or the settings", main_help},
};

/* Says on one line what keeps the program from going on; libpq adds others, of advice. */
static int main_fail(const char *what, int r)
{
	const char *words = what ? what : strerror(-r);

	fprintf(stderr, "accord: %.*s\n", (int)strcspn(words, "\n"), words);
	return MAIN_FAILED;
}

static int main_configure(struct config *config)
{
	CLEANUP_FREE char *error = NULL;
	int r = config_read(config, environ, &error);

	if (r < 0)
		return main_fail(error, r);
	log_set_level(config->log);
	/* Neither a core nor a debugger of the same user gets at the keys. */
	if (strcmp(config->mode, "production") == 0)
		prctl(PR_SET_DUMPABLE, 0);
	return 0;
}

/* Waits for the signal to stop: blocked in every thread, taken here, as is SIGHUP, which has keys
 * read anew. */
static void main_wait(const sigset_t *signals, struct auth *auth)
{
	int number = 0;

	while (sigwait(signals, &number) != 0 || number == SIGHUP)
		if (number == SIGHUP)
			auth_reload(auth);
	log_event(LOG_INFO, "stopping: %s", strsignal(number));
}

/* Without a listener there are no replies from memory, and all else works. */
static struct generation *main_follow(const struct service *service)
{
	struct generation *generation = NULL;
	int r = service->cache
			? generation_follow(service->config->database, service->cache, &generation)
			: 0;

	if (r < 0)
		log_event(LOG_ERROR, "no replies from memory: %s", strerror(-r));
	return generation;
}

/* Without a listener each request asks who calls, and all else works. */
static struct follow *main_follow_access(const struct service *service)
{
	struct follow *follow = NULL;
	int r = follow_access(service->config->database, service->callers, &follow);

	if (r < 0)
		log_event(LOG_ERROR, "no remembered callers: %s", strerror(-r));
	return follow;
}

/* Without a sealer the audit is written all the same, and another node may seal it. */
static struct sealer *main_seal(const struct service *service)
{
	struct sealer *sealer = NULL;
	int r = sealer_start(service->config->database, &sealer);

	if (r < 0)
		log_event(LOG_ERROR, "the audit is not sealed: %s", strerror(-r));
	return sealer;
}

static int main_run_server(struct service *service)
{
	CLEANUP_FREE char *error = NULL;
	struct generation *generation;
	struct sealer *sealer;
	struct follow *follow;
	struct server *server;
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	r = server_start(service, &server, &error);
	if (r < 0)
		return main_fail(error, r);
	if (sink_gather() < 0)
		log_event(LOG_WARNING, "lines of the log are written one by one");
	generation = main_follow(service);
	follow = main_follow_access(service);
	sealer = main_seal(service);
	if (!service->config->secret_key[0])
		log_event(LOG_WARNING,
			  "no client's secret is accepted: ACCORD_SECRET_KEY is not set");
	if (!service->assets->interactive)
		log_event(LOG_INFO,
			  "no interactive reference in %s: /docs is a plain list of operations",
			  service->config->docs);
	if (service->config->metrics_port)
		printf("accord: metrics on http://127.0.0.1:%u/metrics\n",
		       server_metrics_port(server));
	printf("accord: serving on http://%s:%u\n", service->config->address, server_port(server));
	fflush(stdout);
	main_wait(&signals, service->auth);
	server_stop(server);
	sealer_stop(sealer);
	follow_end(follow);
	generation_leave(generation);
	log_event(LOG_INFO, "stopped");
	sink_stop();
	return 0;
}

static int main_serve(int count, char **arguments)
{
	CLEANUP_FREE char *error = NULL;
	CLEANUP(config_finish) struct config config;
	struct service *service;
	int r = main_configure(&config);

	if (r != 0)
		return r;
	if (!config.database[0])
		return main_fail("ACCORD_DATABASE is not set", 0);
	/* A thread that something has come for does not interrupt whoever sent it: PostgreSQL, on
	 * the same cores, is left to end what it does, and threads change places less often. A
	 * system that does not allow it is only slower. */
	(void)sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
	json_object_seed(0);
	r = service_new(&config, &service, &error);
	if (r < 0)
		return main_fail(error, r);
	r = main_run_server(service);
	service_free(service);
	return r;
}

static int main_check(int count, char **arguments)
{
	CLEANUP_FREE char *error = NULL;
	CLEANUP(config_finish) struct config config;
	struct service *service;
	int r = main_configure(&config);

	if (r != 0)
		return r;
	r = service_new(&config, &service, &error);
	if (r < 0)
		return main_fail(error, r);
	printf("accord: %zu operations, %zu statements%s: good\n", service->contract->count,
	       service->statements, config.database[0] ? ", proved against the database" : "");
	service_free(service);
	return 0;
}

/* The merge scripts lie beside the operations: db/operations, db/import. Owned; NULL when memory is
 * short. */
static char *main_import_scripts(const struct config *config)
{
	char *scripts = NULL;

	return asprintf(&scripts, "%s/../import", config->operations) < 0 ? NULL : scripts;
}

static int main_import(int count, char **arguments)
{
	CLEANUP(config_finish) struct config config;
	CLEANUP_FREE char *scripts = NULL;
	struct import_options options = {
		.output = stdout, .errors = stderr, .terminal = isatty(STDERR_FILENO)};
	int r = main_configure(&config);

	if (r != 0)
		return r;
	if (!config.database[0])
		return main_fail("ACCORD_DATABASE is not set", 0);
	scripts = main_import_scripts(&config);
	if (!scripts)
		return main_fail(NULL, -ENOMEM);
	options.kind = count > 0 ? arguments[0] : "";
	options.database = config.database;
	options.scripts = scripts;
	if (count > 1 && strcmp(arguments[1], "--rejects") == 0) {
		options.rejects = arguments[2]; /* NULL ends the arguments: then there is no file */
		count -= 2;
		arguments += 2;
	}
	options.paths = (const char *const *)arguments + 1;
	options.path_count = count > 1 ? (size_t)(count - 1) : 0;
	return import_run(&options);
}

static int main_work(int count, char **arguments)
{
	CLEANUP(config_finish) struct config config;
	CLEANUP_FREE char *scripts = NULL;
	sigset_t signals;
	int r = main_configure(&config);

	if (r != 0)
		return r;
	if (!config.database[0])
		return main_fail("ACCORD_DATABASE is not set", 0);
	scripts = main_import_scripts(&config);
	if (!scripts)
		return main_fail(NULL, -ENOMEM);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	r = work_run(&config, scripts);
	return r < 0 ? main_fail(NULL, r) : 0;
}

/* Runs a command that needs no more than the settings. */
static int main_run(int (*command)(const struct config *, int, char **), int count,
		    char **arguments)
{
	CLEANUP(config_finish) struct config config;
	int r = main_configure(&config);

	return r != 0 ? r : command(&config, count, arguments);
}

static int main_client(int count, char **arguments)
{
	return main_run(command_client, count, arguments);
}

static int main_organisation(int count, char **arguments)
{
	return main_run(command_organisation, count, arguments);
}

static int main_upload(int count, char **arguments)
{
	return main_run(command_upload, count, arguments);
}

static int main_user(int count, char **arguments)
{
	return main_run(command_user, count, arguments);
}

static int main_audit(int count, char **arguments)
{
	return main_run(command_audit, count, arguments);
}

static int main_key(int count, char **arguments)
{
	return main_run(command_key, count, arguments);
}

static int main_token(int count, char **arguments)
{
	return main_run(command_token, count, arguments);
}

static int main_version(int count, char **arguments)
{
	printf("accord %s\n", ACCORD_VERSION);
	return 0;
}

/* Columns that a text takes: its characters, not its bytes. */
static int main_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static int main_help(int count, char **arguments)
{
	if (count == 1 && strcmp(arguments[0], "config") == 0) {
		config_describe(stdout);
		return 0;
	}
	if (count > 0) {
		fprintf(stderr, "accord: no help on %s; see accord help\n", arguments[count - 1]);
		return MAIN_USAGE;
	}
	printf("Usage: accord COMMAND\n\n");
	for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
		printf("  %-12s %s%*s %s\n", commands[i].name, commands[i].arguments,
		       MAIN_ARGUMENTS - main_width(commands[i].arguments), "", commands[i].meaning);
	printf("\nSettings are ACCORD_* variables: accord help config.\n");
	return 0;
}

int main(int count, char **arguments)
{
	for (size_t i = 0; count > 1 && i < ARRAY_LENGTH(commands); i++) {
		if (strcmp(commands[i].name, arguments[1]) != 0)
			continue;
		if (commands[i].arguments[0] || count == 2)
			return commands[i].run(count - 2, arguments + 2);
		fprintf(stderr, "accord: %s takes no arguments; see accord help\n", arguments[1]);
		return MAIN_USAGE;
	}
	if (count > 1)
		fprintf(stderr, "accord: unknown command %s; see accord help\n", arguments[1]);
	else
		fprintf(stderr, "accord: no command; see accord help\n");
	return MAIN_USAGE;
}
