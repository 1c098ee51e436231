/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Numbers that a seed decides: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014). The state is the seed.
 */
#ifndef TESTS_PROPERTY_RANDOM_H
#define TESTS_PROPERTY_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A number below `end`, which is above 0. */
static inline uint32_t random_below(uint64_t *state, size_t end)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ (z >> 31)) % end);
}

/** True once in `times`. */
static inline bool random_once_in(uint64_t *state, size_t times)
{
    return random_below(state, times) == 0;
}

#endif
