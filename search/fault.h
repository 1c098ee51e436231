/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The last resort against a damaged index. Private to the command.
 */
#ifndef SEARCH_FAULT_H
#define SEARCH_FAULT_H

/**
 * From now on a memory fault, or a time that is up, ends the program with `status` and a message
 * that suggests a damaged index. libxapian 1.4 reads its blocks unchecked, so damage in them can
 * lead it anywhere, also round and round, and a file that is cut short while it is mapped faults
 * too; a checksum of all postings would cost each search more than the search itself. In a build
 * with sanitizers, which report memory faults themselves, only the time is watched.
 */
void fault_install(int status);

/** What no honest query takes: listing every "the" of 150,000 paragraphs takes seven. */
enum { FAULT_SECONDS = 600 };

/**
 * Allows the program so many more seconds of the processor's time (RLIMIT_CPU) from now on, but no
 * more than its caller did.
 */
void fault_limit_time(unsigned seconds);

#endif
