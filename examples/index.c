/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes an index hold what files and folders hold: index DIRECTORY PATH... */
#include <stdio.h>
#include <tip/tip.h>

static void warn(void *payload, const char *message)
{
    (void)payload;
    fprintf(stderr, "index: %s\n", message);
}

int main(int argc, char **argv)
{
    tip_update_options options = {.warning = warn};
    tip_update_summary summary;
    tip_error err;
    if (argc < 3) {
        fputs("usage: index DIRECTORY PATH...\n", stderr);
        return 2;
    }
    if (tip_index_update(argv[1], (const char *const *)argv + 2, (size_t)argc - 2, &options,
                         &summary, &err) != TIP_OK) {
        fprintf(stderr, "index: %s\n", err.message);
        return 1;
    }
    printf("%zu files, %zu paragraphs\n", summary.added + summary.changed + summary.unchanged,
           summary.documents);
    return 0;
}
