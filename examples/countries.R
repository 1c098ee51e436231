# SPDX-License-Identifier: GPL-2.0-or-later
# How many matching paragraphs each country has in each year, as a table:
#
#     Rscript countries.R '"debt bondage"'
#
# The index is the one that tipsearch uses by default; set TIPSEARCH_DB for another. Needs nothing
# but R and tipsearch: its CSV is read as it is.
query <- commandArgs(trailingOnly = TRUE)
if (length(query) != 1) stop("usage: Rscript countries.R QUERY")

options <- c("--format", "csv", "--fields", "id,year,country,section,text", "--limit", "1000000")
lines <- suppressWarnings( # R warns of an exit status that is not 0, and 1 is "no answers"
  system2("tipsearch", c(options, "--", shQuote(query)), stdout = TRUE))
status <- attr(lines, "status")
if (!is.null(status) && status > 1) quit(status = status)

hits <- read.csv(text = lines, encoding = "UTF-8", stringsAsFactors = FALSE)
if (nrow(hits) == 0) {
  cat("no paragraph matches\n")
  quit(status = 1)
}
print(table(country = hits$country, year = hits$year))
cat(nrow(hits), "paragraphs,", sum(nchar(hits$text)), "characters\n")
