/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "access/network.h"
#include "access/quota.h"

enum setting_type {
	SETTING_TEXT,
	SETTING_ADDRESS,
	SETTING_NUMBER,
	SETTING_URL,
	SETTING_KEY,
	SETTING_LEVEL,
	SETTING_MODE,
	SETTING_NETWORKS,
	SETTING_CONTACT,
	SETTING_RATES
};

/* Where a setting was found; the earlier source wins. */
enum config_source { CONFIG_NOWHERE, CONFIG_ENVIRONMENT, CONFIG_FILE, CONFIG_DEFAULT };

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;
	const char *fallback;
	long minimum, maximum; /* of numbers */
	const char *meaning;
};

#define SETTING_AT(member) offsetof(struct config, member)

static const struct setting settings[] = {
	{"ACCORD_ADDRESS", SETTING_ADDRESS, SETTING_AT(address), "127.0.0.1", 0, 0,
	 "IPv4 address to listen on"},
	{"ACCORD_CACHE_MB", SETTING_NUMBER, SETTING_AT(cache_mb), "32", 0, 4096,
	 "mebibytes of replies kept in memory; 0 is off"},
	{"ACCORD_CLIENT_ID", SETTING_TEXT, SETTING_AT(client_id), "", 0, 0,
	 "the client that accord upload is, when it has no token"},
	{"ACCORD_CLIENT_SECRET", SETTING_TEXT, SETTING_AT(client_secret), "", 0, 0,
	 "that client's secret"},
	{"ACCORD_CONFIG", SETTING_TEXT, SETTING_AT(file), "", 0, 0,
	 "file of further settings, a NAME=value a line"},
	{"ACCORD_CONNECTIONS", SETTING_NUMBER, SETTING_AT(connections), "512", 8, 65536,
	 "connections at once; more are refused"},
	{"ACCORD_CONTRACT", SETTING_TEXT, SETTING_AT(contract), ACCORD_DATA "/openapi/openapi.json",
	 0, 0, "the bundled OpenAPI document"},
	{"ACCORD_CORS_ORIGINS", SETTING_TEXT, SETTING_AT(cors_origins), "", 0, 0,
	 "origins whose pages may read replies, separated by commas"},
	{"ACCORD_CURSOR_KEY", SETTING_KEY, SETTING_AT(cursor_key), "", 0, 0,
	 "64 hexadecimal digits that seal list cursors; shared by all nodes; random when empty"},
	{"ACCORD_DATABASE", SETTING_TEXT, SETTING_AT(database), "", 0, 0,
	 "libpq connection string"},
	{"ACCORD_DOCS", SETTING_TEXT, SETTING_AT(docs), ACCORD_DATA "/docs", 0, 0,
	 "folder of the interactive reference; without it /docs is a plain list"},
	{"ACCORD_DRAIN_SECONDS", SETTING_NUMBER, SETTING_AT(drain_seconds), "10", 0, 600,
	 "how long a stop waits for requests under way"},
	{"ACCORD_IDLE_SECONDS", SETTING_NUMBER, SETTING_AT(idle_seconds), "15", 1, 3600,
	 "after which a silent connection is closed"},
	{"ACCORD_KEYS", SETTING_TEXT, SETTING_AT(keys), "", 0, 0,
	 "folder of the keys that sign tokens, shared by all nodes; when empty, "
	 "one key that ends with the process"},
	{"ACCORD_KEY_LEAD_SECONDS", SETTING_NUMBER, SETTING_AT(key_lead_seconds), "600", 2, 86400,
	 "for which a new key is published before it signs; others may keep it for half of that"},
	{"ACCORD_LEASE_SECONDS", SETTING_NUMBER, SETTING_AT(lease_seconds), "30", 1, 3600,
	 "after which a job is taken from a worker that is not heard of"},
	{"ACCORD_LOG", SETTING_LEVEL, SETTING_AT(log), "info", 0, 0,
	 "least level logged: debug, info (a line a request), warning, error"},
	{"ACCORD_METRICS_PORT", SETTING_NUMBER, SETTING_AT(metrics_port), "9108", 0, 65535,
	 "port of /metrics on 127.0.0.1; 0 is off"},
	{"ACCORD_MODE", SETTING_MODE, SETTING_AT(mode), "production", 0, 0,
	 "production, or development, in which accord token makes tokens"},
	{"ACCORD_OPERATIONS", SETTING_TEXT, SETTING_AT(operations), ACCORD_DATA "/db/operations", 0,
	 0, "folder of the operations' SQL files"},
	{"ACCORD_POOL_SHARE", SETTING_NUMBER, SETTING_AT(pool_share), "75", 1, 100,
	 "percent of the database connections that one client may hold at once"},
	{"ACCORD_POOL_SIZE", SETTING_NUMBER, SETTING_AT(pool_size), "0", 0, 1000,
	 "database connections; 0 is two a core"},
	{"ACCORD_POOL_WAIT_MS", SETTING_NUMBER, SETTING_AT(pool_wait_ms), "1000", 0, 60000,
	 "longest wait for a database connection before 503"},
	{"ACCORD_PORT", SETTING_NUMBER, SETTING_AT(port), "8080", 0, 65535,
	 "port to listen on; 0 is any free one"},
	{"ACCORD_PROVIDERS", SETTING_TEXT, SETTING_AT(providers), "", 0, 0,
	 "JSON file of the OpenID providers whose tokens are accepted"},
	{"ACCORD_PUBLIC_URL", SETTING_URL, SETTING_AT(public_url), "", 0, 0,
	 "base of every absolute link; http://ADDRESS:PORT when empty"},
	{"ACCORD_RATES", SETTING_RATES, SETTING_AT(rates), "6000,1200,300", 0, 0,
	 "requests a minute of each client or person: reads, writes, expensive ones; 0 is any "
	 "number"},
	{"ACCORD_RATES_ANONYMOUS", SETTING_RATES, SETTING_AT(rates_anonymous), "1200,120,60", 0, 0,
	 "the same of each address without a token"},
	{"ACCORD_SECRET_KEY", SETTING_KEY, SETTING_AT(secret_key), "", 0, 0,
	 "64 hexadecimal digits under which clients' secrets are hashed; shared by all nodes and "
	 "accord client; when empty, no secret is accepted"},
	{"ACCORD_SECURITY_CONTACT", SETTING_CONTACT, SETTING_AT(security_contact), "", 0, 0,
	 "where faults of security are told, as mailto:, https: or tel:; security@ the public host "
	 "when empty"},
	{"ACCORD_TOKEN", SETTING_TEXT, SETTING_AT(token), "", 0, 0,
	 "the access token that accord upload sends"},
	{"ACCORD_TRUSTED_PROXIES", SETTING_NETWORKS, SETTING_AT(trusted_proxies), "", 0, 0,
	 "networks of our own proxies, separated by commas: their X-Forwarded-For is believed"},
};

static char **config_text(struct config *config, const struct setting *setting)
{
	return (char **)((char *)config + setting->offset);
}

static bool config_is_number(const struct setting *setting)
{
	return setting->type == SETTING_NUMBER;
}

PRINTF_LIKE(2, 3) static int config_fail(char **ret_error, const char *format, ...)
{
	va_list arguments;
	int r;

	va_start(arguments, format);
	r = vasprintf(ret_error, format, arguments);
	va_end(arguments);
	if (r < 0) {
		*ret_error = NULL;
		return -ENOMEM;
	}
	return -EINVAL;
}

static const char *config_set_number(struct config *config, const struct setting *setting,
				     const char *value)
{
	long *target = (long *)((char *)config + setting->offset);
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (!isdigit((unsigned char)value[0]) || *end || errno)
		return "is not a whole number";
	if (number < setting->minimum || number > setting->maximum)
		return "is out of range";
	*target = number;
	return NULL;
}

/* A URI that RFC 9116 takes for a contact, on one line. */
static bool config_is_contact(const char *value)
{
	static const char *const schemes[] = {"mailto:", "https://", "tel:"};

	for (const char *at = value; *at; at++)
		if (!isgraph((unsigned char)*at))
			return false;
	for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++)
		if (strncmp(value, schemes[i], strlen(schemes[i])) == 0 &&
		    value[strlen(schemes[i])])
			return true;
	return false;
}

static bool config_is_one_of(const char *const *words, const char *value)
{
	while (*words && strcmp(*words, value) != 0)
		words++;
	return *words;
}

static bool config_is_networks(const char *value)
{
	CLEANUP_FREE struct network *networks = NULL;
	size_t count;

	return network_parse(value, &networks, &count) == 0;
}

/* What is wrong with a text value; NULL when nothing is. */
static const char *config_fault(const struct setting *setting, const char *value)
{
	static const char *const levels[] = {"debug", "info", "warning", "error", NULL};
	static const char *const modes[] = {"development", "production", NULL};
	size_t length = strlen(value);
	uint64_t rates[QUOTA_COSTS];
	struct in_addr address;

	if (setting->type == SETTING_ADDRESS && inet_pton(AF_INET, value, &address) != 1)
		return "is not an IPv4 address";
	if (setting->type == SETTING_KEY && length &&
	    (length != 64 || strspn(value, "0123456789abcdefABCDEF") != 64))
		return "is not 64 hexadecimal digits";
	if (setting->type == SETTING_URL && length &&
	    ((strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0) ||
	     value[length - 1] == '/'))
		return "is not an http(s) URL without a trailing slash";
	if (setting->type == SETTING_CONTACT && length && !config_is_contact(value))
		return "is not a mailto:, https:// or tel: address";
	if (setting->type == SETTING_LEVEL && !config_is_one_of(levels, value))
		return "is not one of debug, info, warning, error";
	if (setting->type == SETTING_NETWORKS && !config_is_networks(value))
		return "is not a list of networks such as 10.0.0.0/8";
	if (setting->type == SETTING_RATES && !quota_parse(value, rates))
		return "is not three numbers up to 60000000 with commas between";
	if (setting->type == SETTING_MODE && !config_is_one_of(modes, value))
		return "is not development or production";
	return NULL;
}

static const struct setting *config_find(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_LENGTH(settings); i++)
		if (strlen(settings[i].name) == length &&
		    strncmp(settings[i].name, name, length) == 0)
			return &settings[i];
	return NULL;
}

/* Sets one "NAME=value"; a setting that an earlier source set is left alone. where names the source
 * in errors. */
static int config_assign(struct config *config, const char *line, const char *where,
			 enum config_source source, enum config_source *seen, char **ret_error)
{
	const char *equals = strchr(line, '=');
	const struct setting *setting;
	const char *fault;

	if (!equals)
		return config_fail(ret_error, "%s: \"%s\" is not NAME=value", where, line);
	setting = config_find(line, (size_t)(equals - line));
	if (!setting)
		return config_fail(ret_error, "%s: unknown setting %.*s", where,
				   (int)(equals - line), line);
	if (seen[setting - settings] == source)
		return config_fail(ret_error, "%s: %s is set twice", where, setting->name);
	if (seen[setting - settings])
		return 0;
	seen[setting - settings] = source;
	fault = config_is_number(setting) ? config_set_number(config, setting, equals + 1)
					  : config_fault(setting, equals + 1);
	if (fault)
		return config_fail(ret_error, "%s: %s %s", where, setting->name, fault);
	if (config_is_number(setting))
		return 0;
	free(*config_text(config, setting));
	*config_text(config, setting) = strdup(equals + 1);
	return *config_text(config, setting) ? 0 : -ENOMEM;
}

static int config_read_file(struct config *config, const char *path, enum config_source *seen,
			    char **ret_error)
{
	CLEANUP_FREE char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	int number = 0, r = 0;
	FILE *file = fopen(path, "re");

	if (!file) {
		config_fail(ret_error, "ACCORD_CONFIG: cannot read %s: %s", path, strerror(errno));
		return -EIO;
	}
	while (r == 0 && (length = getline(&line, &capacity, file)) >= 0) {
		CLEANUP_FREE char *where = NULL;

		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		if (asprintf(&where, "%s:%d", path, number) < 0)
			r = -ENOMEM;
		if (r == 0)
			r = config_assign(config, line, where, CONFIG_FILE, seen, ret_error);
	}
	fclose(file);
	return r;
}

int config_read(struct config *config, char *const *environment, char **ret_error)
{
	enum config_source seen[ARRAY_LENGTH(settings)] = {CONFIG_NOWHERE};
	int r = 0;

	*config = (struct config){0};
	for (size_t i = 0; environment[i] && r == 0; i++)
		if (strncmp(environment[i], "ACCORD_", 7) == 0)
			r = config_assign(config, environment[i], "environment", CONFIG_ENVIRONMENT,
					  seen, ret_error);
	if (r == 0 && config->file && config->file[0])
		r = config_read_file(config, config->file, seen, ret_error);
	for (size_t i = 0; i < ARRAY_LENGTH(settings) && r == 0; i++) {
		CLEANUP_FREE char *line = NULL;

		if (seen[i])
			continue;
		if (asprintf(&line, "%s=%s", settings[i].name, settings[i].fallback) < 0)
			return -ENOMEM;
		r = config_assign(config, line, "default", CONFIG_DEFAULT, seen, ret_error);
	}
	return r;
}

void config_finish(struct config *config)
{
	for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
		if (config_is_number(&settings[i]))
			continue;
		free(*config_text(config, &settings[i]));
		*config_text(config, &settings[i]) = NULL;
	}
}

char *config_public_url(const struct config *config, unsigned port)
{
	char *url = NULL;

	if (config->public_url[0])
		return strdup(config->public_url);
	return asprintf(&url, "http://%s:%u", config->address, port) < 0 ? NULL : url;
}

void config_describe(FILE *out)
{
	static const char *const types[] = {"text",  "address", "number",   "URL",     "key",
					    "level", "mode",    "networks", "contact", "rates"};

	fprintf(out,
		"Settings come from the environment, then from the file that ACCORD_CONFIG names,\n"
		"then from these defaults.\n\n");
	for (size_t i = 0; i < ARRAY_LENGTH(settings); i++)
		fprintf(out, "%-23s %-7s %s\n%32s%s\n", settings[i].name, types[settings[i].type],
			settings[i].fallback[0] ? settings[i].fallback : "(empty)", "",
			settings[i].meaning);
}
