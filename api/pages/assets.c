/* SPDX-License-Identifier: MIT */
#include "assets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../digest.h"
#include "../gzip.h"
#include "files.h"
#include "html.h"
#include "listing.h"
#include "render.h"

enum {
	ASSET_BYTES = 8 * 1024 * 1024, /* of one file of the package */
	ASSET_TAG_BYTES = 12,
	ASSET_HOUR = 3600,
};

/* The package's script sets styles by script, which this allows, and never as markup. */
static const char reference_policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
	"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static const struct {
	const char *name, *file, *media_type;
} package[] = {
	{"swagger-ui-bundle.js", "swagger-ui-bundle.js", "text/javascript"},
	{"swagger-ui.css", "swagger-ui.css", "text/css"},
	{"licences.txt", "licences.txt", "text/plain"},
};

/* Adds a body to the table, with what a request will ask of it made now. 0, -ENOMEM or -EIO. */
static int assets_add(struct assets *assets, struct asset asset, char *body_take, size_t length)
{
	struct asset *at = &assets->items[assets->count++];
	uint8_t digest[DIGEST_BYTES];
	char hex[2 * ASSET_TAG_BYTES + 1];
	int r;

	*at = asset;
	at->body = body_take;
	at->length = length;
	r = digest_sha256(at->body, length, digest);
	if (r < 0)
		return r;
	digest_hex(digest, ASSET_TAG_BYTES, hex);
	snprintf(at->tag, sizeof(at->tag), "\"0.%s\"", hex);
	snprintf(at->packed_tag, sizeof(at->packed_tag), "\"0.%s-gz\"", hex);
	return gzip_compress(at->body, length, &at->packed, &at->packed_length);
}

/* Reads a file of the package. 0; 1 when it is not to be had; -ENOMEM. */
static int assets_read(const char *folder, const char *name, struct buffer *ret_content)
{
	CLEANUP_FREE char *path = NULL;
	char chunk[16384];
	size_t got;
	FILE *file;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	file = fopen(path, "re");
	if (!file)
		return 1;
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buffer_add(ret_content, chunk, got);
	got = (size_t)ferror(file);
	fclose(file);
	if (ret_content->failed == -ENOMEM)
		return -ENOMEM;
	return got || ret_content->failed || !ret_content->length ? 1 : 0;
}

static void assets_drop(struct assets *assets)
{
	while (assets->count) {
		struct asset *asset = &assets->items[--assets->count];

		free(asset->body);
		free(asset->packed);
	}
}

/* The package: whole, or not at all. */
static int assets_add_package(struct assets *assets, const char *folder)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(package) && r == 0; i++) {
		const struct asset asset = {.name = package[i].name,
					    .media_type = package[i].media_type,
					    .keep = ASSET_HOUR};
		CLEANUP_BUFFER struct buffer content;
		size_t length;
		char *body;

		buffer_init(&content, ASSET_BYTES);
		r = assets_read(folder, package[i].file, &content);
		if (r != 0)
			break;
		body = buffer_take(&content, &length);
		r = body ? assets_add(assets, asset, body, length) : -ENOMEM;
	}
	assets->interactive = r == 0;
	if (r == 1)
		assets_drop(assets);
	return r < 0 ? r : 0;
}

/* A compiled-in file as it is. */
static int assets_add_file(struct assets *assets, const char *name, const char *media_type)
{
	const struct asset asset = {.name = name, .media_type = media_type, .keep = ASSET_HOUR};
	const struct page_file *file = page_files;
	char *copy;

	while (file->name && strcmp(file->name, name) != 0)
		file++;
	if (!file->name)
		return -EINVAL;
	copy = malloc(file->length + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, file->text, file->length + 1);
	return assets_add(assets, asset, copy, file->length);
}

/* A page that is the same for everybody. */
static int assets_add_page(struct assets *assets, const char *name, const char *template_name,
			   const char *policy, const json_t *data)
{
	const struct asset asset = {.name = name, .media_type = "text/html", .policy = policy};
	CLEANUP_BUFFER struct buffer content;
	size_t length;
	char *body;
	int r;

	buffer_init(&content, LIMIT_REPLY_BYTES);
	r = render_template(template_name, data, &content);
	if (r < 0)
		return r;
	body = buffer_take(&content, &length);
	return body ? assets_add(assets, asset, body, length) : -ENOMEM;
}

static int assets_fill(struct assets *assets, const char *folder, const struct contract *contract,
		       const char *base)
{
	CLEANUP_JSON json_t *data = listing_data(contract, base);
	int r = data ? assets_add_package(assets, folder) : -ENOMEM;

	if (r == 0)
		r = assets_add_file(assets, "accord.css", "text/css");
	if (r == 0)
		r = assets_add_file(assets, "reference.js", "text/javascript");
	if (r == 0)
		r = assets_add_page(assets, "operations.html", "operations.html", html_policy,
				    data);
	if (r == 0 && assets->interactive)
		r = assets_add_page(assets, "reference.html", "reference.html", reference_policy,
				    data);
	return r;
}

int assets_new(const char *folder, const struct contract *contract, const char *base,
	       struct assets **ret_assets)
{
	struct assets *assets = calloc(1, sizeof(*assets));
	int r;

	if (!assets)
		return -ENOMEM;
	r = assets_fill(assets, folder, contract, base);
	if (r < 0) {
		assets_free(assets);
		return r;
	}
	*ret_assets = assets;
	return 0;
}

struct assets *assets_free(struct assets *assets)
{
	if (assets)
		assets_drop(assets);
	free(assets);
	return NULL;
}

const struct asset *assets_find(const struct assets *assets, const char *name)
{
	for (size_t i = 0; i < assets->count; i++)
		if (strcmp(assets->items[i].name, name) == 0)
			return &assets->items[i];
	return NULL;
}
