/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * IneB2 over indexes in layers. Private to this room.
 *
 * Source: Amati and van Rijsbergen, "Probabilistic models of information retrieval based on
 * measuring the divergence from randomness", ACM TOIS 20(4), 2002. With N documents of average
 * length a, of which n hold the term, F times in all, a document of length l that holds it tf
 * times gets
 *
 *   (F + 1) / n * log2((N + 1) / (e + 0.5)) * tfn / (tfn + 1)
 *   where tfn = tf * log2(1 + c * a / l) and e = N * (1 - exp(-F / N))
 *
 * e being how many would hold the term by chance, with the exponential, as Xapian::IneB2Weight has
 * it, for the article's ((N - 1) / N) ^ F. All of them count only what is not gone.
 *
 * Every weight, its factor included, is rounded to a multiple of 2^-32: sums below 2^20 are then
 * exact, whichever order Xapian adds in. It chooses it for each file by the frequencies there.
 */
#ifndef XAPIAN_C_WEIGHT_H
#define XAPIAN_C_WEIGHT_H

#include "handles.h"

namespace xc
{

/** The nearest weight on the grid of all weights. */
double on_grid(double weight);

/** The part of a weight that only depends on the term: what a document without end in which
 * nothing else stands would get. 0 for a term that does not occur. */
double term_weight(const xc_database *database, const term_counts &counts);

/** What a weight is below that was below `bound` before it was rounded; 0 for 0. */
double weight_bound(double bound);

class Weight : public Xapian::Weight
{
  public:
    /** `database` must outlive it, with its factors prepared for the c that is searched with. */
    explicit Weight(const xc_database *database);

    double get_sumpart(Xapian::termcount wdf, Xapian::termcount length,
                       Xapian::termcount unique) const override;
    double get_maxpart() const override;
    double get_sumextra(Xapian::termcount length, Xapian::termcount unique) const override;
    double get_maxextra() const override;

  private:
    Weight *clone() const override;
    void init(double factor) override;
    double weigh(double occurrences, double length_factor) const;

    const xc_database *database_;
    double scale_ = 0; /* term_weight, with the factor */
    double max_ = 0;
};

} // namespace xc

#endif
