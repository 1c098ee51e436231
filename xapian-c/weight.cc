/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "weight.h"

#include <algorithm>
#include <cmath>

namespace
{

/* Paragraphs are shorter. */
const Xapian::termcount TABLED_MAX = 4096;

const double GRID = 1.0 / 4294967296.0;

} // namespace

void xc::length_factors::prepare(double c, double average, Xapian::termcount longest)
{
    const double product = c * average;
    const size_t size = std::min(longest, TABLED_MAX) + size_t{1};
    if (size == table_.size() && !(product < product_) && !(product > product_))
        return;
    product_ = product;
    table_.resize(size);
    for (Xapian::termcount length = 0; length < size; length++)
        table_[length] = compute(length);
}

double xc::length_factors::compute(Xapian::termcount length) const
{
    return std::log2(1 + product_ / length);
}

double xc::on_grid(double weight)
{
    /* Doubles from 2^20 to 2^21 are multiples of 2^-32: adding such a one rounds. */
    const double rounder = 1.5 * (1 << 20);
    return weight + rounder - rounder;
}

double xc::weight_bound(double bound)
{
    return bound > 0 ? on_grid(bound) + GRID : 0;
}

double xc::term_weight(const xc_database *database, const term_counts &counts)
{
    if (counts.documents == 0)
        return 0;
    const auto documents = static_cast<double>(database->documents);
    const double occurrences = counts.occurrences;
    const double expected = documents * (1 - std::exp(-occurrences / documents));
    const double information = std::log2((documents + 1) / (expected + 0.5));
    return std::max(0.0, (occurrences + 1) / counts.documents * information);
}

xc::Weight::Weight(const xc_database *database) : database_(database)
{
    need_stat(TERMFREQ);
    need_stat(COLLECTION_FREQ);
    need_stat(WQF);
    need_stat(WDF);
    need_stat(WDF_MAX);
    need_stat(DOC_LENGTH);
    need_stat(DOC_LENGTH_MIN);
}

xc::Weight *xc::Weight::clone() const
{
    return new Weight(database_);
}

/* Xapian hands on all about a term but which one it is. That travels as its frequency in the query,
 * which is 1 wherever nothing is gone, and weighs nothing. */
void xc::Weight::init(double factor)
{
    if (factor <= 0) /* what does not depend on terms: nothing */
        return;
    const term_counts &gone = database_->gone_terms.at(get_wqf() - 1);
    const term_counts counts = {without(get_termfreq(), gone.documents),
                                without(get_collection_freq(), gone.occurrences)};
    scale_ = term_weight(database_, counts) * factor;
    /* No document is shorter than what it has of a term, and more of it in a document that long
     * never weighs less. */
    const Xapian::termcount most = get_wdf_upper_bound();
    const Xapian::termcount shortest = std::max(most, get_doclength_lower_bound());
    max_ = most > 0 ? weight_bound(weigh(most, database_->factors[shortest])) : 0;
}

double xc::Weight::weigh(double occurrences, double length_factor) const
{
    const double normalized = occurrences * length_factor;
    return scale_ * (normalized / (normalized + 1));
}

double xc::Weight::get_sumpart(Xapian::termcount wdf, Xapian::termcount length,
                               Xapian::termcount) const
{
    return wdf > 0 ? on_grid(weigh(wdf, database_->factors[length])) : 0;
}

double xc::Weight::get_maxpart() const
{
    return max_;
}

double xc::Weight::get_sumextra(Xapian::termcount, Xapian::termcount) const
{
    return 0;
}

double xc::Weight::get_maxextra() const
{
    return 0;
}
