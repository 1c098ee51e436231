/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the scripts of all shells are written with. Private to the room.
 */
#ifndef COMPLETE_PRIVATE_H
#define COMPLETE_PRIVATE_H

#include "complete/complete.h"

#include <stdbool.h>
#include <stdio.h>

/** The options that argp adds. */
extern const struct argp_option complete_common[];

/** How the value of an option, or with key 0 an argument, is completed; NULL when it is not. */
const complete_value *complete_value_of(const complete_command *command, int key);

/** Whether the option has a letter. */
bool complete_has_letter(const struct argp_option *option);

/** Whether the next argument is the value of the option. */
bool complete_takes_value(const struct argp_option *option);

/** Calls `write` for each option of a command, its own and those that argp adds. */
void complete_each_option(FILE *out, const complete_command *command,
                          void (*write)(FILE *out, const complete_command *command,
                                        const struct argp_option *option));

/** Writes a text that stands in single quotes: `quote` in place of each quote in it, and a
 * backslash before each of the characters `escaped`. */
void complete_text(FILE *out, const char *text, const char *quote, const char *escaped);

/** Writes words in single quotes, with a space before each, as complete_text does. */
void complete_words(FILE *out, complete_word_fn word, const char *quote, const char *escaped);

void complete_bash(FILE *out, const complete_command *command);
void complete_zsh(FILE *out, const complete_command *command);
void complete_fish(FILE *out, const complete_command *command);

#endif
