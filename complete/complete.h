/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Scripts by which bash, zsh and fish complete a command, made from its table of options for
 * argp(3), which is also what the command reads and what --help prints.
 */
#ifndef COMPLETE_COMPLETE_H
#define COMPLETE_COMPLETE_H

#include <argp.h>
#include <stddef.h>

/** The i-th word of some; NULL behind the last; an empty one is passed over. Static storage. */
typedef const char *(*complete_word_fn)(size_t i);

/** What a value is completed with. */
typedef enum complete_kind {
    COMPLETE_FILES,
    COMPLETE_FOLDERS,
    COMPLETE_WORD, /**< one of the words */
    COMPLETE_LIST  /**< some of them, with commas between */
} complete_kind;

/** How the value of an option is completed, or an argument that belongs to none. */
typedef struct complete_value {
    int key; /**< of the option; 0 for the arguments */
    complete_kind kind;
    complete_word_fn word; /**< NULL for files and folders */
} complete_value;

/** A command. Options whose value is not told of take one that is not completed. */
typedef struct complete_command {
    const char *name;
    const char *arguments;             /**< what they are called, "PATH..."; NULL: it takes none */
    const struct argp_option *options; /**< ended as argp has it */
    const complete_value *values;
    size_t value_count;
} complete_command;

/** What the option --completion does: prints the script for a shell, "bash", "zsh" or "fish", and
 * ends the program, as argp does with --help; with `failed` when it cannot be written. That there
 * is no such shell is wrong usage. */
void complete_print(const complete_command *command, const char *shell, struct argp_state *state,
                    int failed);

/** The shells. */
const char *complete_shell(size_t i);

/* ---- Words that several options take ---- */

/** The names of the countries that have reports, as the index has them; one that has a comma or
 * letters that few keyboards have also, or instead, by another name. */
const char *complete_country(size_t i);

/** The regions, sections and tiers of the reports. */
const char *complete_region(size_t i);
const char *complete_section(size_t i);
const char *complete_tier(size_t i);

#endif
