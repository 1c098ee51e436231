/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the address sanitizer does in a program of ours unless ASAN_OPTIONS says otherwise; both
 * names and options are those of its manual. */

const char *__asan_default_options(void);

__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
    return TIP_ASAN_OPTIONS;
}
