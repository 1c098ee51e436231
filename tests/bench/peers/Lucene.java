/* SPDX-License-Identifier: GPL-2.0-or-later */

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.LabelAndValue;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.spans.SpanNearQuery;
import org.apache.lucene.search.spans.SpanQuery;
import org.apache.lucene.search.spans.SpanTermQuery;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene.
 *
 * <p>Lucene STOP update INDEX PATH THREADS: makes the index hold what the file or folder holds.
 * Lucene STOP memory INDEX PATH THREADS: reads PATH first and prints the time of the rest, WALL CPU.
 * Lucene STOP ask INDEX QUESTIONS ROUNDS: as ask.h says; "near/N A B" is a question of its own.
 * STOP is "stop" for EnglishAnalyzer with its stop words, "all" without them.
 */
public final class Lucene {
    private static final int TOP = 10;
    private static final int RUN = 1000;

    /** A paragraph; only what is known is not null. */
    private static final class Paragraph {
        String source;
        String id;
        String year;
        String country;
        String section;
        String tier;
        String title;
        String text;

        void set(String name, String value) {
            switch (name) {
                case "id": id = value; break;
                case "year": year = value; break;
                case "country": country = value; break;
                case "section": section = value; break;
                case "tier": tier = value; break;
                case "title": title = value; break;
                case "text": text = value; break;
                default: break;
            }
        }
    }

    /** Takes paragraphs one by one; several threads may call it. */
    private interface Taker {
        void take(Paragraph paragraph) throws IOException;
    }

    private static final JsonFactory JSON = new JsonFactory();

    private static Paragraph parse(String line, String source) throws IOException {
        Paragraph result = new Paragraph();
        result.source = source;
        try (JsonParser parser = JSON.createParser(line)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME) {
                    String name = parser.getCurrentName();
                    if (parser.nextToken().isScalarValue()) {
                        result.set(name, parser.getText());
                    }
                }
            }
        }
        return result;
    }

    /** Up to 256 lines at a time, so that threads seldom wait for each other. */
    private static List<String> someLines(BufferedReader reader) throws IOException {
        List<String> lines = new ArrayList<>(256);
        synchronized (reader) {
            String line;
            while (lines.size() < 256 && (line = reader.readLine()) != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static void readFile(Path file, int threads, Taker taker) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> {
                    List<String> lines;
                    while (!(lines = someLines(reader)).isEmpty()) {
                        for (String line : lines) {
                            taker.take(parse(line, file.toString()));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static List<Path> filesOf(Path path) throws IOException {
        try (Stream<Path> found = Files.walk(path)) {
            return found.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }

    private final boolean stop;

    private Lucene(boolean stop) {
        this.stop = stop;
    }

    private EnglishAnalyzer analyzer() {
        return stop ? new EnglishAnalyzer() : new EnglishAnalyzer(CharArraySet.EMPTY_SET);
    }

    private IndexWriter writer(Path index) throws IOException {
        return new IndexWriter(new MMapDirectory(index),
                new IndexWriterConfig(analyzer()).setRAMBufferSizeMB(256));
    }

    private static void keyword(Document document, String name, String value) {
        if (value != null && !value.isEmpty()) {
            document.add(new StringField(name, value, Field.Store.YES));
            document.add(new SortedSetDocValuesFacetField(name, value));
        }
    }

    private static Document document(Paragraph from, FacetsConfig facets) throws IOException {
        Document document = new Document();
        document.add(new StringField("source", from.source, Field.Store.NO));
        document.add(new StoredField("id", from.id == null ? "" : from.id));
        keyword(document, "year", from.year);
        keyword(document, "country", from.country);
        keyword(document, "section", from.section);
        keyword(document, "tier", from.tier);
        if (from.year != null) {
            document.add(new IntPoint("years", Integer.parseInt(from.year)));
        }
        String text = from.title == null || from.title.isEmpty()
                ? from.text : from.title + "\n" + from.text;
        document.add(new TextField("text", text, Field.Store.YES));
        return facets.build(document);
    }

    private static String hash(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        sum.update(Files.readAllBytes(file));
        return Long.toHexString(sum.getValue());
    }

    private static Map<String, String> committed(IndexWriter writer) {
        Map<String, String> result = new HashMap<>();
        Iterable<Map.Entry<String, String>> entries = writer.getLiveCommitData();
        if (entries != null) {
            entries.forEach(entry -> result.put(entry.getKey(), entry.getValue()));
        }
        return result;
    }

    private void update(Path index, Path path, int threads) throws Exception {
        FacetsConfig facets = new FacetsConfig();
        try (IndexWriter writer = writer(index)) {
            Map<String, String> known = committed(writer);
            boolean fresh = known.isEmpty();
            for (Path file : filesOf(path)) {
                String hash = hash(file);
                String before = known.put(file.toString(), hash);
                if (hash.equals(before)) {
                    continue;
                }
                if (before != null) {
                    writer.deleteDocuments(new Term("source", file.toString()));
                }
                readFile(file, threads, each -> writer.addDocument(document(each, facets)));
                writer.setLiveCommitData(known.entrySet());
            }
            if (fresh) {
                writer.forceMerge(1);
            }
        }
    }

    private static double cpu() {
        return ((com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    private void memory(Path index, Path path, int threads) throws Exception {
        List<Paragraph> kept = Collections.synchronizedList(new ArrayList<>());
        for (Path file : filesOf(path)) {
            readFile(file, threads, kept::add);
        }
        double wall = System.nanoTime() / 1e9;
        double before = cpu();
        FacetsConfig facets = new FacetsConfig();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (IndexWriter writer = writer(index)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int part = i;
                running.add(pool.submit(() -> {
                    for (int at = part; at < kept.size(); at += threads) {
                        writer.addDocument(document(kept.get(at), facets));
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            writer.forceMerge(1);
        } finally {
            pool.shutdown();
        }
        System.out.printf("%.4f %.4f%n", System.nanoTime() / 1e9 - wall, cpu() - before);
    }

    /** An index that is asked. */
    private final class Engine {
        private final DirectoryReader reader;
        private final IndexSearcher searcher;
        private final EnglishAnalyzer analyzer = analyzer();
        private final QueryParser parser = new QueryParser("text", analyzer);
        private final UnifiedHighlighter highlighter;
        private final DefaultSortedSetDocValuesReaderState facets;

        Engine(Path index) throws IOException {
            reader = DirectoryReader.open(new MMapDirectory(index));
            searcher = new IndexSearcher(reader);
            highlighter = new UnifiedHighlighter(searcher, analyzer);
            boolean counted = FieldInfos.getMergedFieldInfos(reader)
                    .fieldInfo(FacetsConfig.DEFAULT_INDEX_FIELD_NAME) != null;
            facets = counted ? new DefaultSortedSetDocValuesReaderState(reader) : null;
        }

        private SpanQuery span(String word) {
            Query query = parser.createBooleanQuery("text", word);
            return new SpanTermQuery(
                    query == null ? new Term("text", word) : ((TermQuery) query).getTerm());
        }

        private Query parse(String text) throws Exception {
            if (!text.startsWith("near/")) {
                return parser.parse(text);
            }
            String[] parts = text.substring(5).split(" ");
            SpanQuery[] words = {span(parts[1]), span(parts[2])};
            return new SpanNearQuery(words, Integer.parseInt(parts[0]) - 1, false);
        }

        private Query filtered(Query query, String years, String country) {
            if (years.equals("-") && country.equals("-")) {
                return query;
            }
            BooleanQuery.Builder all = new BooleanQuery.Builder();
            all.add(query, BooleanClause.Occur.MUST);
            if (!years.equals("-")) {
                String[] ends = years.split("\\.\\.");
                all.add(IntPoint.newRangeQuery("years", Integer.parseInt(ends[0]),
                        Integer.parseInt(ends[1])), BooleanClause.Occur.FILTER);
            }
            if (!country.equals("-")) {
                all.add(new TermQuery(new Term("country", country)), BooleanClause.Occur.FILTER);
            }
            return all.build();
        }

        private String hits(Query query, int limit, boolean snippets) throws IOException {
            TopDocs top = searcher.search(query, limit);
            if (snippets) {
                highlighter.highlight("text", query, top);
            }
            StringBuilder ids = new StringBuilder();
            for (ScoreDoc hit : top.scoreDocs) {
                ids.append(ids.length() > 0 ? " " : "").append(searcher.doc(hit.doc).get("id"));
            }
            return ids.toString();
        }

        private String counts(Query query, String field) throws IOException {
            FacetsCollector collector = new FacetsCollector();
            searcher.search(query, collector);
            FacetResult found = new SortedSetDocValuesFacetCounts(facets, collector)
                    .getTopChildren(1000, field);
            if (found == null) {
                return "";
            }
            StringBuilder counts = new StringBuilder();
            for (LabelAndValue each : found.labelValues) {
                counts.append(counts.length() > 0 ? " " : "").append(each.label).append('=')
                        .append(each.value.intValue());
            }
            return counts.toString();
        }

        String answer(String[] question) throws Exception {
            Query query = filtered(parse(question[3]), question[1], question[2]);
            switch (question[0]) {
                case "top": return hits(query, TOP, true);
                case "run": return hits(query, RUN, false);
                case "count": return Integer.toString(searcher.count(query));
                default: return counts(query, question[0]);
            }
        }
    }

    private void ask(Path index, Path questions, int rounds) throws Exception {
        List<String> lines = Files.readAllLines(questions);
        Engine engine = new Engine(index);
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < lines.size(); i++) {
                long start = System.nanoTime();
                String answer = engine.answer(lines.get(i).split("\t", 4));
                long taken = System.nanoTime() - start;
                out.print(round + "\t" + i + "\t" + taken + "\t" + answer + "\n");
            }
        }
        out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 5) {
            System.err.println("usage: Lucene stop|all update|memory|ask INDEX PATH NUMBER");
            System.exit(2);
        }
        Lucene lucene = new Lucene(arguments[0].equals("stop"));
        Path index = Path.of(arguments[2]);
        Path path = Path.of(arguments[3]);
        int number = Integer.parseInt(arguments[4]);
        switch (arguments[1]) {
            case "update": lucene.update(index, path, number); break;
            case "memory": lucene.memory(index, path, number); break;
            default: lucene.ask(index, path, number); break;
        }
    }
}
