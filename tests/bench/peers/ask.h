/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Asking an engine a list of questions inside one process, and timing each: the same for all
 * engines written in C and C++. Lucene.java does as much for its own.
 */
#ifndef BENCH_ASK_H
#define BENCH_ASK_H

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How many answers "top" and "run" ask for, and about how long a snippet should be. */
#define ASK_TOP 10
#define ASK_RUN 1000
#define ASK_SNIPPET_WORDS 40
#define ASK_SNIPPET_BYTES 240

/** What an engine is asked to do. */
typedef enum ask_operation {
    OPERATION_TOP,    /**< ids of the best ASK_TOP, with snippets; the total may be a guess */
    OPERATION_RUN,    /**< ids of the best ASK_RUN, without snippets */
    OPERATION_COUNT,  /**< how many match, exactly */
    OPERATION_YEAR,   /**< how many of each year match, exactly: VALUE=COUNT */
    OPERATION_COUNTRY /**< of each country */
} ask_operation;

/** A question, in the language of the engine. */
typedef struct question {
    ask_operation operation;
    int first_year;      /**< 0: any year */
    int last_year;       /**< the last one that counts */
    const char *country; /**< "": any country */
    const char *text;
} question;

/** Answers one question: writes ids, a number, or counts to `out`, separated by blanks. False after
 * a message on stderr. */
typedef bool (*ask_answer)(void *engine, const question *question, FILE *out);

/**
 * Asks all questions of a file `rounds` times and prints a line for each: ROUND TAB QUESTION TAB
 * NANOSECONDS TAB ANSWER, counted from 0. A question is a line "OPERATION TAB YEARS TAB COUNTRY TAB
 * TEXT" with YEARS as 2017..2019 and "-" for any. False after a message on stderr.
 */
bool ask_all(const char *path, int rounds, ask_answer answer, void *engine);

#ifdef __cplusplus
}
#endif

#endif
