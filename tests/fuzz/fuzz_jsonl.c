/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as JSON lines. */
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read(TIP_FORMAT_JSONL, "lines.jsonl", data, size);
    return 0;
}
