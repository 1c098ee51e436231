// SPDX-License-Identifier: GPL-2.0-or-later
// Xapian without anything of ours.
//
//   xapian ask DATABASE QUESTIONS ROUNDS   a database of scriptindex, as its own QueryParser asks
//   it xapian bare POSTINGS WORD...           the least that a search in our index can cost: open
//   the
//                                          postings, rank any of the words, print ten numbers
#include "ask.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <xapian.h>

namespace
{

// As index.script has them.
const char *const YEAR = "Y";
const char *const COUNTRY = "XC";
const Xapian::valueno YEAR_VALUE = 0;
const Xapian::valueno COUNTRY_VALUE = 1;

struct Engine {
    Xapian::Database database;
    Xapian::QueryParser parser;
    Xapian::Stem stem{"english"};
};

// What "field=value" lines of a document say, as scriptindex keeps them.
std::string field(const std::string &data, const std::string &name)
{
    const std::string line = "\n" + data;
    const size_t at = line.find("\n" + name + "=");
    if (at == std::string::npos)
        return "";
    const size_t start = at + name.size() + 2;
    return line.substr(start, line.find('\n', start) - start);
}

Xapian::Query filtered(const Xapian::Query &query, const question &asked)
{
    std::vector<Xapian::Query> filters;
    for (int year = asked.first_year; year != 0 && year <= asked.last_year; year++)
        filters.emplace_back(YEAR + std::to_string(year));
    Xapian::Query result = query;
    if (!filters.empty())
        result = Xapian::Query(Xapian::Query::OP_FILTER, result,
                               Xapian::Query(Xapian::Query::OP_OR, filters.begin(), filters.end()));
    if (*asked.country)
        result = Xapian::Query(Xapian::Query::OP_FILTER, result,
                               Xapian::Query(std::string(COUNTRY) + ":" + asked.country));
    return result;
}

void hits(Engine &engine, Xapian::Enquire &enquire, ask_operation asked, FILE *out)
{
    const Xapian::MSet set = enquire.get_mset(0, asked == OPERATION_TOP ? ASK_TOP : ASK_RUN);
    for (auto hit = set.begin(); hit != set.end(); ++hit) {
        const std::string data = hit.get_document().get_data();
        if (asked == OPERATION_TOP)
            set.snippet(field(data, "text"), ASK_SNIPPET_BYTES, engine.stem);
        fprintf(out, "%s%s", ftello(out) > 0 ? " " : "", field(data, "id").c_str());
    }
}

void counts(Engine &engine, Xapian::Enquire &enquire, ask_operation asked, FILE *out)
{
    Xapian::ValueCountMatchSpy spy(asked == OPERATION_YEAR ? YEAR_VALUE : COUNTRY_VALUE);
    enquire.add_matchspy(&spy);
    const Xapian::doccount all = engine.database.get_doccount();
    const Xapian::MSet set = enquire.get_mset(0, 0, all);
    if (asked == OPERATION_COUNT)
        fprintf(out, "%u", set.get_matches_estimated());
    else
        for (auto value = spy.values_begin(); value != spy.values_end(); ++value)
            fprintf(out, "%s%s=%u", ftello(out) > 0 ? " " : "", (*value).c_str(),
                    value.get_termfreq());
}

bool answer(void *payload, const question *asked, FILE *out) noexcept
try {
    Engine &engine = *static_cast<Engine *>(payload);
    Xapian::Enquire enquire(engine.database);
    const unsigned flags = Xapian::QueryParser::FLAG_BOOLEAN | Xapian::QueryParser::FLAG_PHRASE;
    enquire.set_query(filtered(engine.parser.parse_query(asked->text, flags), *asked));
    if (asked->operation == OPERATION_TOP || asked->operation == OPERATION_RUN)
        hits(engine, enquire, asked->operation, out);
    else
        counts(engine, enquire, asked->operation, out);
    return true;
} catch (const Xapian::Error &error) {
    std::cerr << error.get_description() << '\n';
    return false;
} catch (...) {
    return false;
}

int ask(const char *database, const char *questions, int rounds)
{
    Engine engine;
    engine.database = Xapian::Database(database);
    engine.parser.set_database(engine.database);
    engine.parser.set_stemmer(engine.stem);
    engine.parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
    return ask_all(questions, rounds, answer, &engine) ? 0 : 1;
}

int bare(const char *postings, char **first, char **end)
{
    Xapian::Stem stem("english");
    Xapian::Enquire enquire{Xapian::Database(postings)};
    std::vector<Xapian::Query> words;
    for (char **word = first; word < end; word++)
        words.emplace_back(stem(*word));
    enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, words.begin(), words.end()));
    const Xapian::MSet set = enquire.get_mset(0, ASK_TOP);
    for (auto hit = set.begin(); hit != set.end(); ++hit)
        std::cout << *hit << '\n';
    return 0;
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc == 5 && std::strcmp(argv[1], "ask") == 0)
        return ask(argv[2], argv[3], std::atoi(argv[4]));
    if (argc > 3 && std::strcmp(argv[1], "bare") == 0)
        return bare(argv[2], argv + 3, argv + argc);
    std::cerr << "usage: xapian ask DATABASE QUESTIONS ROUNDS, xapian bare POSTINGS WORD...\n";
    return 2;
} catch (const Xapian::Error &error) {
    std::cerr << error.get_description() << '\n';
    return 1;
}
