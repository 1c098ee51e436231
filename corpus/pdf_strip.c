/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strips that are free of words. */
#include "corpus/pdf_page.h"

#include <string.h>

bool tip_words_cross(const tip_pdf_word *words, size_t count, const tip_strip *strip)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].box.left < strip->right && words[i].box.right > strip->left)
            return true;
    return false;
}

size_t tip_words_band(const tip_pdf_word *words, size_t count, const tip_strip *strip,
                      bool *ret_crossed)
{
    size_t i = tip_words_line(words, count);
    *ret_crossed = tip_words_cross(words, i, strip);
    while (i < count) {
        size_t size = tip_words_line(words + i, count - i);
        if (tip_words_cross(words + i, size, strip) != *ret_crossed)
            break;
        i += size;
    }
    return i;
}

/* The places that are tried, and what each is worth. */
enum { PLACES = 200 };

struct place {
    size_t score, crossed;
};

/* Counts for each place the lines that leave it free: most places of a text are crossed by nearly
 * every line, and need no closer look. */
static void count_free(const tip_pdf_word *words, size_t count, const tip_strip_search *search,
                       float from, float step, size_t free_lines[PLACES])
{
    memset(free_lines, 0, PLACES * sizeof *free_lines);
    for (size_t i = 0; i < count;) {
        bool covered[PLACES] = {false};
        size_t size = tip_words_line(words + i, count - i);
        tip_box line = tip_words_around(words + i, size);
        for (size_t end = i + size; i < end; i++) {
            float first = (words[i].box.left - search->width - from) / step;
            float last = (words[i].box.right - from) / step;
            for (size_t j = first < 0 ? 0 : (size_t)first + 1; j < PLACES && (float)j < last; j++)
                covered[j] = true;
        }
        for (size_t j = 0; j < PLACES; j++) {
            float place = from + (float)j * step;
            bool beside = line.left < place && line.right > place;
            free_lines[j] += !covered[j] && (beside || !search->rows);
        }
    }
}

/* The middle of the run of places, from the left, that are nearly as good as the best. */
static size_t choose_place(const struct place *places, size_t best)
{
    size_t first = 0;
    while (places[first].score * 10 < places[best].score * 9 ||
           places[first].crossed > places[best].crossed)
        first++;
    size_t last = first;
    while (last + 1 < PLACES && places[last + 1].score == places[first].score &&
           places[last + 1].crossed == places[first].crossed)
        last++;
    return (first + last) / 2;
}

size_t tip_words_find_strip(const tip_pdf_word *words, size_t count, const tip_strip_search *search,
                            tip_pdf_word *room, tip_strip *ret_strip)
{
    float width = search->width;
    struct place places[PLACES] = {{0}};
    size_t free_lines[PLACES];
    tip_box box = tip_words_around(words, count);
    float from = box.left + 0.08F * (box.right - box.left);
    float step = (box.right - 0.05F * (box.right - box.left) - width - from) / PLACES;
    if (step <= 0)
        return 0;
    count_free(words, count, search, from, step, free_lines);
    size_t best = 0;
    for (size_t i = 0; i < PLACES; i++) {
        if (free_lines[i] < search->least)
            continue;
        float left = from + (float)i * step;
        tip_strip strip = {left, left + width, false};
        places[i].score = search->score(words, count, &strip, room, &places[i].crossed);
        if (places[i].score > places[best].score)
            best = i;
    }
    if (places[best].score < search->least)
        return 0;
    float left = from + (float)choose_place(places, best) * step;
    *ret_strip = (tip_strip){left, left + width, false};
    return places[best].score;
}
