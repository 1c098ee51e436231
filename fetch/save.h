/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Files that are whole or not there. Private to fetch/.
 */
#ifndef FETCH_SAVE_H
#define FETCH_SAVE_H

#include "tip/record.h"
#include "tip/status.h"

#include <time.h>

/** Makes a folder; one that is there is as good. TIP_OK or TIP_IO_ERROR. */
tip_status fetch_make_folder(const char *path, tip_error *err);

/**
 * Writes folder/name, whose time of modification becomes `modified`: first to the hidden file
 * folder/.name.part, which replaces the old file only once it is safely on disk. TIP_OK,
 * TIP_NO_MEMORY, TIP_IO_ERROR (the old file is as it was).
 */
tip_status fetch_save(const char *folder, const char *name, tip_str bytes, time_t modified,
                      tip_error *err);

/** When the file was last modified, as seconds since 1970; 0 when there is no such file with
 * anything in it. */
time_t fetch_saved_time(const char *path);

#endif
