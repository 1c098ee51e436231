/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "handles.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace
{

/* Walks the documents of one shard in order and leaves the decision to the callback. It claims
 * every document as its estimate, so that a conjunction puts it last and only calls check(). */
class AcceptSource : public Xapian::PostingSource
{
  public:
    AcceptSource(const xc_database *database, xc_accept_fn accept, void *payload)
        : database_(database), accept_(accept), payload_(payload)
    {
    }

    AcceptSource *clone() const override
    {
        return new AcceptSource(database_, accept_, payload_);
    }

    void init(const Xapian::Database &shard) override
    {
        const auto &uuids = database_->uuids;
        const auto found = std::find(uuids.begin(), uuids.end(), shard.get_uuid());
        if (found == uuids.end())
            throw std::logic_error("a query was run on a database it was not made for");
        shard_ = static_cast<size_t>(found - uuids.begin());
        documents_ = shard.get_doccount();
        last_ = shard.get_lastdocid();
        document_ = 0;
        matches_ = false;
        set_maxweight(0.0);
    }

    Xapian::doccount get_termfreq_min() const override
    {
        return 0;
    }

    Xapian::doccount get_termfreq_est() const override
    {
        return documents_;
    }

    Xapian::doccount get_termfreq_max() const override
    {
        return documents_;
    }

    Xapian::docid get_docid() const override
    {
        return document_;
    }

    bool at_end() const override
    {
        return document_ > last_;
    }

    void next(double) override
    {
        move_to(document_ + 1);
    }

    void skip_to(Xapian::docid did, double) override
    {
        if (!stands_at_or_behind(did))
            move_to(did);
    }

    bool check(Xapian::docid did, double) override
    {
        if (stands_at_or_behind(did))
            return true;
        document_ = did;
        matches_ = did > last_ || accept_(payload_, shard_, did);
        return matches_;
    }

    std::string get_description() const override
    {
        return "Accept";
    }

  private:
    /* A document that check() refused is no position: the next move must look at it again. */
    bool stands_at_or_behind(Xapian::docid did) const
    {
        return did < document_ || (did == document_ && matches_);
    }

    void move_to(Xapian::docid did)
    {
        while (did <= last_ && !accept_(payload_, shard_, did))
            did++;
        document_ = did;
        matches_ = true;
    }

    const xc_database *database_;
    xc_accept_fn accept_;
    void *payload_;
    size_t shard_ = 0;
    Xapian::doccount documents_ = 0;
    Xapian::docid last_ = 0;
    Xapian::docid document_ = 0;
    bool matches_ = false; /* whether document_ is a match and not one that check() refused */
};

/* Stands behind the last document of each shard, where none is. See max_of. */
class EndSource : public Xapian::PostingSource
{
  public:
    EndSource *clone() const override
    {
        return new EndSource();
    }

    void init(const Xapian::Database &shard) override
    {
        behind_ = shard.get_lastdocid() + 1;
        document_ = 0;
        set_maxweight(0.0);
    }

    Xapian::doccount get_termfreq_min() const override
    {
        return 0;
    }

    Xapian::doccount get_termfreq_est() const override
    {
        return 0;
    }

    Xapian::doccount get_termfreq_max() const override
    {
        return 1;
    }

    Xapian::docid get_docid() const override
    {
        return document_;
    }

    bool at_end() const override
    {
        return document_ > behind_;
    }

    void next(double) override
    {
        document_ = document_ < behind_ ? behind_ : behind_ + 1;
    }

    void skip_to(Xapian::docid did, double) override
    {
        document_ = std::max(document_, std::max(did, behind_));
    }

    std::string get_description() const override
    {
        return "End";
    }

  private:
    Xapian::docid behind_ = 0;
    Xapian::docid document_ = 0;
};

Xapian::Query::op operator_of(xc_operator op)
{
    switch (op) {
    case XC_AND:
        return Xapian::Query::OP_AND;
    case XC_OR:
        return Xapian::Query::OP_OR;
    case XC_AND_NOT:
        return Xapian::Query::OP_AND_NOT;
    case XC_FILTER:
        return Xapian::Query::OP_FILTER;
    case XC_AND_MAYBE:
        return Xapian::Query::OP_AND_MAYBE;
    case XC_MAX:
        return Xapian::Query::OP_MAX;
    }
    throw Xapian::InvalidArgumentError("unknown query operator");
}

/* Every query is made here, so that ownership is written down once. */
template <typename Make>
tip_status make_query(xc_query **ret_query, tip_error *err, Make make)
{
    return xc::guard(err, "cannot build the query", [&] {
        const Xapian::Query query = make();
        *ret_query = new xc_query{query, query};
    });
}

} // namespace

tip_status xc_query_term(tip_str term, xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err,
                      [&] { return Xapian::Query(std::string(term.data, term.size)); });
}

tip_status xc_query_all(xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [] { return Xapian::Query(std::string()); });
}

tip_status xc_query_none(xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [] { return Xapian::Query(); });
}

namespace
{

using query_list = std::vector<Xapian::Query>;

/* Xapian 1.4's MaxPostList reads the first of its lists when none is left, and it is asked to, with
 * several shards, once one of them is at its end: results are lost, or the process. So one list is
 * always left; what it stands at, behind all documents, is no answer. */
Xapian::Query max_of(query_list list)
{
    if (list.size() < 2)
        return Xapian::Query(Xapian::Query::OP_MAX, list.begin(), list.end());
    EndSource source;
    const Xapian::Query end(&source);
    list.push_back(end);
    return Xapian::Query(Xapian::Query::OP_AND_NOT,
                         Xapian::Query(Xapian::Query::OP_MAX, list.begin(), list.end()), end);
}

/* What weighs: of AND_NOT and FILTER only the first operand. */
Xapian::Query join_weighing(xc_operator op, xc_query *const *operands, size_t count)
{
    query_list list;
    for (size_t i = 0; i < count; i++) {
        const bool filters = i > 0 && (op == XC_AND_NOT || op == XC_FILTER);
        list.push_back(filters ? operands[i]->filter : operands[i]->query);
    }
    if (op == XC_MAX)
        return max_of(list);
    return Xapian::Query(operator_of(op), list.begin(), list.end());
}

Xapian::Query join_filtering(xc_operator op, xc_query *const *operands, size_t count)
{
    query_list list;
    for (size_t i = 0; i < count; i++)
        list.push_back(operands[i]->filter);
    if (op == XC_AND_MAYBE && count > 0)
        return list.front();
    if (op == XC_MAX)
        op = XC_OR;
    return Xapian::Query(operator_of(op), list.begin(), list.end());
}

} // namespace

tip_status xc_query_join(xc_operator op, xc_query *const *operands, size_t count,
                         xc_query **ret_query, tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        *ret_query =
            new xc_query{join_weighing(op, operands, count), join_filtering(op, operands, count)};
    });
}

tip_status xc_query_scale(const xc_query *query, double factor, xc_query **ret_query,
                          tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        *ret_query = new xc_query{Xapian::Query(factor, factor > 0 ? query->query : query->filter),
                                  query->filter};
    });
}

tip_status xc_query_constant(const xc_query *query, double weight, xc_query **ret_query,
                             tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        Xapian::FixedWeightPostingSource source(weight);
        *ret_query = new xc_query{
            Xapian::Query(Xapian::Query::OP_FILTER, Xapian::Query(&source), query->filter),
            query->filter};
    });
}

tip_status xc_query_accept(const xc_database *database, xc_accept_fn accept, void *payload,
                           xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [&] {
        /* The query makes a clone of its own: a released source would leak where that fails. */
        AcceptSource source(database, accept, payload);
        return Xapian::Query(&source);
    });
}

void xc_query_free(xc_query *query)
{
    delete query;
}
