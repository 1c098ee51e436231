/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "search/places.h"

#include "base/buf.h"
#include "base/error.h"
#include "portable/layout.h"
#include "store/generation.h"
#include "tip/index.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char server_prefix[] = "tcp:";

/* Longer lists are no lists. */
enum { LIST_LINES_MAX = 10000 };

static void name_free(place_name *name)
{
    free(name->name);
    free(name->host);
    free(name->path);
}

void places_free(place_list *places)
{
    for (size_t i = 0; i < places->count; i++)
        name_free(&places->items[i]);
    free(places->items);
    *places = (place_list){0};
}

/* Takes the strings over, also on failure; none may be NULL that is asked for. */
static tip_status add_place(place_list *places, place_name added, tip_error *err)
{
    place_name *items = reallocarray(places->items, places->count + 1, sizeof *items);
    if (items)
        places->items = items;
    if (!items || !added.name) {
        name_free(&added);
        return tip_fail_memory(err);
    }
    items[places->count++] = added;
    return TIP_OK;
}

/* ---- Servers ---- */

static bool read_port(const char *text, unsigned *ret_port)
{
    char *end;
    unsigned long port = strtoul(text, &end, 10);
    *ret_port = (unsigned)port;
    return *text >= '0' && *text <= '9' && !*end && port >= 1 && port <= UINT16_MAX;
}

/* HOST:PORT; an address of IPv6 may stand in brackets. */
static tip_status add_server(place_list *places, const char *address, const char *where,
                             tip_error *err)
{
    const char *colon = strrchr(address, ':');
    place_name added = {0};
    if (!colon || colon == address || !read_port(colon + 1, &added.port))
        return tip_fail(err, TIP_BAD_ARGUMENT,
                        "%s: \"%.200s\" is no server; it is written as HOST:PORT, such as "
                        "10.0.0.2:7000",
                        where, address);
    bool brackets = *address == '[' && colon[-1] == ']';
    tip_str host = {address + brackets, (size_t)(colon - address) - 2 * (size_t)brackets};
    added.host = tip_str_dup(host);
    if (asprintf(&added.name, "%s%s", server_prefix, address) < 0)
        added.name = NULL;
    if (!added.host) {
        name_free(&added);
        return tip_fail_memory(err);
    }
    return add_place(places, added, err);
}

/* ---- Lists ---- */

/* A path of a list is seen from where the list is. */
static char *path_in_list(const char *list, const char *path)
{
    const char *slash = strrchr(list, '/');
    char *whole;
    if (*path == '/' || !slash)
        return strdup(path);
    return asprintf(&whole, "%.*s/%s", (int)(slash - list), list, path) < 0 ? NULL : whole;
}

static bool is_portable_folder(const char *folder)
{
    struct stat st;
    char *stub = tip_path_join(folder, PORTABLE_STUB_NAME);
    bool is = stub && lstat(stub, &st) == 0;
    free(stub);
    return is;
}

static tip_status add_folder(place_list *places, const char *path, tip_error *err);

/* Does `add` with the folder of each shard. */
static tip_status add_shards(place_list *places, const char *folder, unsigned shards,
                             tip_status (*add)(place_list *places, const char *folder,
                                               tip_error *err),
                             tip_error *err)
{
    tip_status status = TIP_OK;
    for (unsigned i = 0; i < shards && status == TIP_OK; i++) {
        char *path = tip_index_shard_directory(folder, i);
        status = path ? add(places, path, err) : tip_fail_memory(err);
        free(path);
    }
    return status;
}

/* The database of a folder, which may be that of an index, or of its shards. */
static tip_status add_folder(place_list *places, const char *path, tip_error *err)
{
    const char *name = path;
    unsigned shards = tip_index_shards(path);
    if (shards > 0)
        return add_shards(places, path, shards, add_folder, err);
    bool is_index = is_portable_folder(path);
    place_name added = {.name = strdup(name), .path = is_index ? NULL : strdup(path)};
    if (!is_index && !added.path) {
        name_free(&added);
        return tip_fail_memory(err);
    }
    return add_place(places, added, err);
}

static tip_status add_line(place_list *places, const char *list, size_t number, char *line,
                           tip_error *err)
{
    char where[512];
    line[strcspn(line, "\r\n")] = '\0';
    size_t size = strcspn(line, " \t");
    const char *value = line + size + strspn(line + size, " \t");
    if (*line == '#' || !*line)
        return TIP_OK;
    snprintf(where, sizeof where, "%.400s:%zu", list, number);
    /* Xapian itself would start the program of "remote :PROGRAM". */
    if (strncmp(line, "remote", size) == 0 && size == strlen("remote") && *value != ':')
        return add_server(places, value, where, err);
    if ((strncmp(line, "auto", size) != 0 || size != strlen("auto")) &&
        (strncmp(line, "glass", size) != 0 || size != strlen("glass")))
        return tip_fail(err, TIP_NOT_FOUND,
                        "%s: a line of a list of indexes is \"remote HOST:PORT\" or \"auto PATH\"",
                        where);
    char *path = path_in_list(list, value);
    tip_status status = path ? add_folder(places, path, err) : tip_fail_memory(err);
    free(path);
    return status;
}

static tip_status read_lines(place_list *places, const char *list, FILE *file, tip_error *err)
{
    char *line = NULL;
    size_t room = 0;
    size_t number = 0;
    tip_status status = TIP_OK;
    while (status == TIP_OK && getline(&line, &room, file) >= 0)
        status = ++number <= LIST_LINES_MAX
                     ? add_line(places, list, number, line, err)
                     : tip_fail(err, TIP_NOT_FOUND, "%s: more than %d lines are no list of indexes",
                                list, LIST_LINES_MAX);
    free(line);
    if (status == TIP_OK && ferror(file))
        return tip_fail(err, TIP_IO_ERROR, "%s: cannot read: %s", list, strerror(errno));
    if (status == TIP_OK && places->count == 0)
        return tip_fail(err, TIP_NOT_FOUND, "%s: no index here: the list names none", list);
    return status;
}

static tip_status read_list(place_list *places, const char *list, tip_error *err)
{
    FILE *file = fopen(list, "re");
    if (!file)
        return tip_fail(err, errno == ENOENT ? TIP_NOT_FOUND : TIP_IO_ERROR, "%s: cannot open: %s",
                        list, strerror(errno));
    tip_status status = read_lines(places, list, file, err);
    if (fclose(file) != 0 && status == TIP_OK)
        status = tip_fail(err, TIP_IO_ERROR, "%s: cannot read: %s", list, strerror(errno));
    return status;
}

/* ---- The database of an index ---- */

/* What tipindex writes there, and nothing else: an index of somebody else's leads nowhere. */
static bool parse_stub(const char *line, unsigned *ret_number)
{
    char exact[64];
    if (sscanf(line, "auto gen-%u", ret_number) != 1)
        return false;
    snprintf(exact, sizeof exact, "auto gen-%u/" PORTABLE_DATABASE_NAME "\n", *ret_number);
    return strcmp(line, exact) == 0;
}

static tip_status read_stub(const char *stub, unsigned *ret_number, tip_error *err)
{
    int fd;
    char line[64];
    tip_status status = tip_open_in_index(stub, &fd, err);
    if (status != TIP_OK)
        return status;
    ssize_t size = read(fd, line, sizeof line - 1);
    int error = errno;
    close(fd);
    if (size < 0)
        return tip_fail_errno(err, TIP_IO_ERROR, error, "%s: cannot read", stub);
    line[size] = '\0';
    if (!parse_stub(line, ret_number))
        return tip_fail(err, TIP_CORRUPT,
                        "%s: damaged (it does not name one database); rebuild the index with "
                        "tipindex --rebuild",
                        stub);
    return TIP_OK;
}

tip_status places_database(const char *folder, char **ret_path, tip_error *err)
{
    unsigned number;
    char *path = NULL;
    char *stub = tip_path_join(folder, PORTABLE_STUB_NAME);
    tip_status status = stub ? read_stub(stub, &number, err) : tip_fail_memory(err);
    free(stub);
    if (status != TIP_OK)
        return status;
    if (asprintf(&path, "%s/gen-%u/" PORTABLE_DATABASE_NAME, folder, number) < 0)
        return tip_fail_memory(err);
    status = tip_database_check_files(path, err);
    if (status == TIP_OK)
        *ret_path = path;
    else
        free(path);
    return status;
}

/* ---- All ---- */

static tip_status add_index(place_list *fast, const char *folder, tip_error *err)
{
    return add_place(fast, (place_name){.name = strdup(folder)}, err);
}

static tip_status add_name(place_list *portable, place_list *fast, const char *name, tip_error *err)
{
    struct stat st;
    if (strncmp(name, server_prefix, strlen(server_prefix)) == 0)
        return add_server(portable, name + strlen(server_prefix), name, err);
    if (stat(name, &st) == 0 && S_ISREG(st.st_mode))
        return read_list(portable, name, err);
    if (is_portable_folder(name))
        return add_folder(portable, name, err);
    unsigned shards = tip_index_shards(name);
    return shards > 0 ? add_shards(fast, name, shards, add_index, err) : add_index(fast, name, err);
}

tip_status places_read(const char *const *names, size_t count, place_list *ret_places,
                       tip_error *err)
{
    place_list portable = {.portable = true};
    place_list fast = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = add_name(&portable, &fast, names[i], err);
    if (status == TIP_OK && portable.count > 0 && fast.count > 0)
        status = tip_fail(err, TIP_BAD_ARGUMENT,
                          "%s: an index of the fast layout cannot be searched together with %s; "
                          "make it anew with tipindex --layout portable --rebuild",
                          fast.items[0].name, portable.items[0].name);
    if (status == TIP_OK) {
        *ret_places = portable.count > 0 ? portable : fast;
        places_free(portable.count > 0 ? &fast : &portable);
        return TIP_OK;
    }
    places_free(&portable);
    places_free(&fast);
    return status;
}
