/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as an archive. */
#include "fuzz.h"

#include "corpus/archive.h"

#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    (void)fuzz_scratch();
    return 0;
}

static void check_part(const tip_part *part, const char *path)
{
    size_t size = strlen(path);
    REQUIRE(part->path.size > size + 1 && memcmp(part->path.data, path, size) == 0);
    REQUIRE(part->format != TIP_FORMAT_AUTO);
    REQUIRE(part->bytes.size <= TIP_MEMBER_MAX);
    REQUIRE(part->first_line == 1);
    if (part->problem.size == 0) {
        REQUIRE(part->format != TIP_FORMAT_ARCHIVE);
        REQUIRE(!memmem(part->path.data + size, part->path.size - size, "/../", 4));
        return;
    }
    REQUIRE(part->bytes.size == 0);
    REQUIRE(!memchr(part->problem.data, '\n', part->problem.size));
    REQUIRE(fuzz_is_utf8(part->problem.data, part->problem.size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tip_archive *archive = NULL;
    tip_error err = {.message = ""};
    fuzz_write("archive", data, size);
    const char *path = fuzz_path("archive");
    tip_status status = tip_archive_open(path, &archive, &err);
    bool found = status == TIP_OK;
    while (found) {
        tip_part part = {0};
        status = tip_archive_next(archive, &part, &found, &err);
        found = found && status == TIP_OK;
        if (found)
            check_part(&part, path);
        else
            REQUIRE(!part.path.data && !part.bytes.data && !part.problem.data);
        tip_part_free(&part);
    }
    tip_archive_close(archive);
    if (status != TIP_OK)
        fuzz_check_message(err.message);
    REQUIRE(status == TIP_OK || status == TIP_BAD_INPUT || status == TIP_TOO_LARGE);
    return 0;
}
