/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What stands behind the handles that more than one file of this room looks into. Private.
 */
#ifndef XAPIAN_C_HANDLES_H
#define XAPIAN_C_HANDLES_H

#include "gate.h"
#include "xapian_c.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>
#include <xapian.h>

namespace xc
{

/** Documents of a layer that stand side by side in their index, too. */
struct span {
    uint32_t first; /* in the layer */
    uint32_t count;
    uint32_t number; /* of the first one in the index */
};

/** Documents of a layer, both ends included. */
struct range {
    Xapian::docid first;
    Xapian::docid last;
};

/** One database file. */
struct layer {
    Xapian::Database db;
    size_t index;
    std::vector<span> spans; /* rising, without overlap */
    std::vector<range> gone; /* what they leave out */
};

/** One of several standard databases. */
struct shard {
    Xapian::Database db;
    std::string place; /* what errors name its server by; empty for one of this machine */
    std::vector<std::string> addresses; /* of the server */
};

/** In how many documents a term occurs, and how often. */
struct term_counts {
    Xapian::doccount documents;
    Xapian::termcount occurrences;
};

/**
 * log2(1 + c * average / length) by length of document: the inner loop of every search would spend
 * most of its time on the logarithm.
 */
class length_factors
{
  public:
    /** Makes it fit; lengths up to `longest`, within reason, are tabled. */
    void prepare(double c, double average, Xapian::termcount longest);

    double operator[](Xapian::termcount length) const
    {
        return length < table_.size() ? table_[length] : compute(length);
    }

    double compute(Xapian::termcount length) const;

  private:
    double product_ = 0; /* of c and the average length */
    std::vector<double> table_;
};

} // namespace xc

struct xc_database {
    Xapian::Database db;           /* all layers as one, in order */
    Xapian::Database gone;         /* the postings of what is gone, of all indexes */
    std::vector<xc::layer> layers; /* index by index */
    std::vector<uint32_t> sizes;   /* documents that each index has */
    size_t documents = 0;          /* in all indexes */
    double average_length = 0;
    bool is_plain = true; /* each index is one layer: Xapian's numbers are those of the indexes */
    mutable xc::length_factors factors; /* for the last c that was searched with */

    std::vector<xc::shard> shards;    /* in the place of layers: shards.h */
    mutable size_t failed = SIZE_MAX; /* which of them was the last to */

    /* What is gone of the terms that were queried. A query knows its terms by their place here,
     * from 1; the first stands for all of which nothing is gone. */
    std::vector<xc::term_counts> gone_terms{{0, 0}};
    std::unordered_map<std::string, Xapian::termcount> gone_numbers;
};

namespace xc
{

/**
 * Opens a glass database, a folder or a single file, and nothing else: told no kind, Xapian would
 * take any small file for a list of databases elsewhere, and of programs to run.
 */
Xapian::Database open_glass(const char *path);

/** Notes which of the shards the error is of that is being handled, and throws it on; it names the
 * server then, if there is one. */
[[noreturn]] void rethrow(const xc_database *database, const Xapian::Error &error);

/** As guard of gate.h, and notes which of the shards failed. */
template <typename Work>
tip_status guard(const xc_database *database, tip_error *err, const char *what, Work work) noexcept
{
    return guard(err, what, [&] {
        try {
            work();
        } catch (const Xapian::Error &error) {
            rethrow(database, error);
        }
    });
}

/** The number in its index of a document of a layer; 0 when it is gone. `span` is where it was
 * found last, from 0 at first: for rising documents it is near. */
uint32_t number_of(const layer &layer, Xapian::docid document, size_t &span);

/** The layer that Xapian runs a query on. */
const layer &layer_of(const xc_database *database, const Xapian::Database &shard);

/** A - b; what is gone was once there, else the files are not of one index. */
template <typename Count>
Count without(Count all, Count gone)
{
    if (gone > all)
        throw Xapian::DatabaseCorruptError("more is gone than there was");
    return all - gone;
}

} // namespace xc

/*
 * libxapian 1.4.22 reads uninitialized memory where AND_MAYBE stands inside an operand that does
 * not weigh, and then matches wrongly. Its right side only weighs, so such operands do without it.
 *
 * Where an OR stands beside an AND, and on the right side of AND_MAYBE, it weighs what only the
 * positions rule out. So nothing that weighs is both: the weight of a document is the sum of parts,
 * each of which is narrowed by itself to where it counts.
 */
struct xc_query {
    Xapian::Query query;
    Xapian::Query filter;    /* the same documents, for a place where weights do not count */
    bool has_max = false;    /* whether a MAX weighs in it */
    bool has_window = false; /* whether positions count in it */
    std::vector<Xapian::Query> parts; /* of one that has; of any other, the query is the only one */
};

#endif
