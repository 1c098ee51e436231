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
#include <stdlib.h>

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

/** The number in a variable of the environment, or another one when it has none. */
static inline uint64_t random_number_from(const char *name, uint64_t fallback)
{
    const char *value = getenv(name);
    return value && *value ? strtoull(value, NULL, 10) : fallback;
}

/** The seed of a piece's corpus (0) or of one of its queries, so that each can be made alone. */
static inline uint64_t random_seed_of(uint64_t seed, unsigned piece, size_t number)
{
    return ((seed * 1000 + piece) << 32) + number;
}

#endif
