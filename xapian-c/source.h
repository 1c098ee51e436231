/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sources of documents that do not come from postings. Private to this room.
 */
#ifndef XAPIAN_C_SOURCE_H
#define XAPIAN_C_SOURCE_H

#include "handles.h"

namespace xc
{

/** Walks ranges of documents, rising and without overlap. They do not weigh. */
class RangeSource : public Xapian::PostingSource
{
  public:
    void init(const Xapian::Database &shard) override;
    Xapian::doccount get_termfreq_min() const override;
    Xapian::doccount get_termfreq_est() const override;
    Xapian::doccount get_termfreq_max() const override;
    Xapian::docid get_docid() const override;
    bool at_end() const override;
    void next(double) override;
    void skip_to(Xapian::docid document, double) override;

  private:
    virtual std::vector<range> ranges_of(const Xapian::Database &shard) const = 0;

    std::vector<range> ranges_;
    Xapian::doccount documents_ = 0;
    size_t at_ = 0; /* which range */
    Xapian::docid document_ = 0;
};

/** Stands behind the last document of each shard, where none is. For a server it is a source of its
 * own that has no documents at all. */
class EndSource : public RangeSource
{
  public:
    EndSource *clone() const override;
    std::string name() const override;
    std::string serialise() const override;
    std::string get_description() const override;

  private:
    std::vector<range> ranges_of(const Xapian::Database &shard) const override;
};

/** The documents that are gone. */
class GoneSource : public RangeSource
{
  public:
    explicit GoneSource(const xc_database *database);
    GoneSource *clone() const override;
    std::string get_description() const override;

  private:
    std::vector<range> ranges_of(const Xapian::Database &shard) const override;

    const xc_database *database_;
};

/** Walks the documents of one shard in order and leaves the decision to a callback. It claims every
 * document as its estimate, so that a conjunction puts it last and only calls check(). */
class AcceptSource : public Xapian::PostingSource
{
  public:
    AcceptSource(const xc_database *database, xc_accept_fn accept, void *payload);
    AcceptSource *clone() const override;
    void init(const Xapian::Database &shard) override;
    Xapian::doccount get_termfreq_min() const override;
    Xapian::doccount get_termfreq_est() const override;
    Xapian::doccount get_termfreq_max() const override;
    Xapian::docid get_docid() const override;
    bool at_end() const override;
    void next(double) override;
    void skip_to(Xapian::docid document, double) override;
    bool check(Xapian::docid document, double) override;
    std::string get_description() const override;

  private:
    bool accepts(Xapian::docid document);
    bool stands_at_or_behind(Xapian::docid document) const;
    void move_to(Xapian::docid document);

    const xc_database *database_;
    xc_accept_fn accept_;
    void *payload_;
    const layer *layer_ = nullptr;
    size_t span_ = 0;
    Xapian::docid last_ = 0;
    Xapian::docid document_ = 0;
    bool matches_ = false; /* whether document_ is a match and not one that check() refused */
};

} // namespace xc

#endif
