/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a plain text. */
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read(TIP_FORMAT_TEXT, "2021/kenya.txt", data, size);
    return 0;
}
