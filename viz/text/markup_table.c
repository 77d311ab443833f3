/* Tables in Markdown and LaTeX, from the cells that text_table.c lays out on a terminal. Must not
 * know anything of graphs.
 *
 * Sources: GitHub Flavored Markdown, "Tables"; Fear, "Publication quality tables in LaTeX"
 * (booktabs); Carlisle, "The longtable package".
 */
#include "text.h"

#include <string.h>

void viz__text_as(viz__out *out, const char *text, viz__markup markup)
{
    switch (markup) {
    case VIZ__MARKDOWN:
        viz__markdown(out, text);
        return;
    case VIZ__LATEX:
        viz__tex(out, text);
        return;
    default:
        viz__puts(out, text);
    }
}

/* Writes the cells of a row and returns where the next row begins. */
static const char *put_row(viz__out *out, const viz__table *t, const char *at, viz__markup markup,
                           bool marked)
{
    viz__puts(out, markup == VIZ__MARKDOWN ? "|" : "");
    for (size_t k = 0; k < t->columns; k++) {
        viz__puts(out, markup == VIZ__MARKDOWN ? " " : k > 0 ? " & " : "");
        at += strspn(at, " ");
        bool argument = markup == VIZ__LATEX && k == 0 && (*at == '[' || *at == '*');
        viz__puts(out, argument ? "{}" : ""); /* or it would belong to the line break before */
        viz__text_as(out, at, marked ? VIZ__PLAIN : markup);
        viz__puts(out, markup == VIZ__MARKDOWN ? " |" : "");
        at += strlen(at) + 1;
    }
    viz__puts(out, markup == VIZ__MARKDOWN ? "\n" : " \\\\\n");
    return at;
}

static void put_rule(viz__out *out, const viz__table *t)
{
    viz__puts(out, "|");
    for (size_t k = 0; k < t->columns; k++) {
        viz__puts(out, t->column[k].right ? " ---: |" : " :--- |");
    }
    viz__puts(out, "\n");
}

/* A table that no page has room for goes on on the next one, with its titles. */
static bool is_long(const viz__table *t)
{
    return t->rows > VIZ__PAGE_ROWS + 1;
}

static void begin_tabular(viz__out *out, const viz__table *t)
{
    viz__puts(out, is_long(t) ? "\\begin{longtable}[l]{" : "\\noindent\\begin{tabular}{");
    for (size_t k = 0; k < t->columns; k++) {
        viz__puts(out, t->column[k].right ? "r" : "l");
    }
    viz__puts(out, "}\n\\toprule\n");
}

static void end_titles(viz__out *out, const viz__table *t, viz__markup markup)
{
    if (markup == VIZ__MARKDOWN) {
        put_rule(out, t);
    } else {
        viz__puts(out,
                  is_long(t) ? "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n" : "\\midrule\n");
    }
}

void viz__table_write_as(viz__out *out, const viz__table *t, viz__markup markup, bool marked)
{
    const char *at = viz__text(&t->cells);
    if (t->cells.status != AG_OK) {
        viz__fail(out, t->cells.status);
        return;
    }
    if (markup == VIZ__LATEX) {
        begin_tabular(out, t);
    }
    for (size_t i = 0; i < t->rows; i++) {
        at = put_row(out, t, at, markup, marked && i > 0);
        if (i == 0) {
            end_titles(out, t, markup);
        }
    }
    if (markup == VIZ__LATEX) {
        viz__puts(out, is_long(t) ? "\\end{longtable}\n" : "\\bottomrule\n\\end{tabular}\n");
    }
}
