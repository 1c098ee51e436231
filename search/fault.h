/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The last resort against a damaged index. Private to the command.
 */
#ifndef SEARCH_FAULT_H
#define SEARCH_FAULT_H

/**
 * From now on a memory fault ends the program with `status` and a message that suggests a damaged
 * index. libxapian 1.4 reads its blocks unchecked, so damage in them can lead it anywhere, and a
 * file that is cut short while it is mapped faults too; a checksum of all postings would cost each
 * search more than the search itself. Does nothing in a build with sanitizers, which report
 * faults themselves.
 */
void fault_install(int status);

#endif
