/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writing what comes from files and queries, which must not command a terminal.
 */
#ifndef OUTPUT_SAFE_H
#define OUTPUT_SAFE_H

#include "tip/record.h"

#include <stdio.h>

/**
 * Writes the character at *at and moves behind it; what would command a terminal (C0, C1, delete,
 * the overrides of writing direction) and what is not UTF-8 is shown as U+FFFD. Returns its
 * columns.
 */
size_t output_character(FILE *stream, tip_str text, size_t *at);

/** Writes a text character by character. */
void output_safely(FILE *stream, tip_str text);

/** The columns that a text takes. */
size_t output_columns(tip_str text);

/** Writes "program: message" and the end of the line to stderr. */
void output_message(const char *program, const char *message);

#endif
