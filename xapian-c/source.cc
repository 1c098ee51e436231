/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source.h"

#include <algorithm>

/* ---- Ranges ---- */

void xc::RangeSource::init(const Xapian::Database &shard)
{
    ranges_ = ranges_of(shard);
    documents_ = 0;
    for (const range &r : ranges_)
        documents_ += r.last - r.first + 1;
    at_ = 0;
    document_ = 0;
    set_maxweight(0.0);
}

Xapian::doccount xc::RangeSource::get_termfreq_min() const
{
    return documents_;
}

Xapian::doccount xc::RangeSource::get_termfreq_est() const
{
    return documents_;
}

Xapian::doccount xc::RangeSource::get_termfreq_max() const
{
    return documents_;
}

Xapian::docid xc::RangeSource::get_docid() const
{
    return document_;
}

bool xc::RangeSource::at_end() const
{
    return at_ >= ranges_.size();
}

void xc::RangeSource::next(double min_weight)
{
    skip_to(document_ + 1, min_weight);
}

void xc::RangeSource::skip_to(Xapian::docid document, double)
{
    while (at_ < ranges_.size() && ranges_[at_].last < document)
        at_++;
    if (at_ < ranges_.size())
        document_ = std::max({document_, document, ranges_[at_].first});
}

xc::EndSource *xc::EndSource::clone() const
{
    return new EndSource();
}

/* A server knows no source of ours, but the weights by the values of a slot that nothing is in.
 * With one database, as it has, it needs no more: see max_of in query.cc. */
static Xapian::ValueWeightPostingSource empty_source()
{
    return Xapian::ValueWeightPostingSource(0xFFFFFFF0);
}

std::string xc::EndSource::name() const
{
    return empty_source().name();
}

std::string xc::EndSource::serialise() const
{
    return empty_source().serialise();
}

std::string xc::EndSource::get_description() const
{
    return "End";
}

std::vector<xc::range> xc::EndSource::ranges_of(const Xapian::Database &shard) const
{
    const Xapian::docid behind = shard.get_lastdocid() + 1;
    return {{behind, behind}};
}

xc::GoneSource::GoneSource(const xc_database *database) : database_(database)
{
}

xc::GoneSource *xc::GoneSource::clone() const
{
    return new GoneSource(database_);
}

std::string xc::GoneSource::get_description() const
{
    return "Gone";
}

std::vector<xc::range> xc::GoneSource::ranges_of(const Xapian::Database &shard) const
{
    return layer_of(database_, shard).gone;
}

/* ---- What a callback accepts ---- */

xc::AcceptSource::AcceptSource(const xc_database *database, xc_accept_fn accept, void *payload)
    : database_(database), accept_(accept), payload_(payload)
{
}

xc::AcceptSource *xc::AcceptSource::clone() const
{
    return new AcceptSource(database_, accept_, payload_);
}

void xc::AcceptSource::init(const Xapian::Database &shard)
{
    layer_ = &layer_of(database_, shard);
    span_ = 0;
    last_ = shard.get_lastdocid();
    document_ = 0;
    matches_ = false;
    set_maxweight(0.0);
}

Xapian::doccount xc::AcceptSource::get_termfreq_min() const
{
    return 0;
}

Xapian::doccount xc::AcceptSource::get_termfreq_est() const
{
    return last_;
}

Xapian::doccount xc::AcceptSource::get_termfreq_max() const
{
    return last_;
}

Xapian::docid xc::AcceptSource::get_docid() const
{
    return document_;
}

bool xc::AcceptSource::at_end() const
{
    return document_ > last_;
}

void xc::AcceptSource::next(double)
{
    move_to(document_ + 1);
}

void xc::AcceptSource::skip_to(Xapian::docid document, double)
{
    if (!stands_at_or_behind(document))
        move_to(document);
}

bool xc::AcceptSource::check(Xapian::docid document, double)
{
    if (stands_at_or_behind(document))
        return true;
    document_ = document;
    matches_ = document > last_ || accepts(document);
    return matches_;
}

std::string xc::AcceptSource::get_description() const
{
    return "Accept";
}

bool xc::AcceptSource::accepts(Xapian::docid document)
{
    const uint32_t number = number_of(*layer_, document, span_);
    return number > 0 && accept_(payload_, layer_->index, number);
}

/* A document that check() refused is no position: the next move must look at it again. */
bool xc::AcceptSource::stands_at_or_behind(Xapian::docid document) const
{
    return document < document_ || (document == document_ && matches_);
}

void xc::AcceptSource::move_to(Xapian::docid document)
{
    while (document <= last_ && !accepts(document))
        document++;
    document_ = document;
    matches_ = true;
}
