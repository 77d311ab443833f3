/* Text that goes to a file or a string: numbers, escapes, tables. Private to viz/. Knows a graph
 * only as the owner of memory.
 */
#ifndef VIZ_TEXT_H
#define VIZ_TEXT_H

#define AG_NO_SITES
#include <autograd/base.h>
#include <stdio.h>

/* --- writer.c: where output goes -------------------------------------------------------------- */

/* Where output goes: a file, or, if `file` is NULL, a string in the graph's memory that grows. The
 * first failure is kept, and then every call does nothing. So callers check `status` once, at the
 * end. */
typedef struct viz__out {
    ag_graph *graph;
    FILE *file;
    char *text;  /* NULL, or terminated */
    size_t used; /* the length of `text` */
    size_t capacity;
    ag_status status;
    int error; /* errno when the file could not be written, or 0 */
} viz__out;

viz__out viz__to_file(ag_graph *g, FILE *file);
viz__out viz__to_text(ag_graph *g);
const char *viz__text(const viz__out *out); /* "" for an empty string */
void viz__out_free(viz__out *out);

void viz__put(viz__out *out, const char *text, size_t n);
void viz__puts(viz__out *out, const char *text);
void viz__pad(viz__out *out, size_t spaces);

/* As fprintf, but only %s, %zu, %d, %lld and %%. The text may have any length and does not depend
 * on the locale. */
void viz__print(viz__out *out, const char *format, ...) AG_PRINTF(2, 3);

/* Room for n more bytes of a string, or NULL. The caller writes them, and viz__commit adds n of
 * them to the string. */
char *viz__reserve(viz__out *out, size_t n);
void viz__commit(viz__out *out, size_t n);

/* Shortens a string to the length `used`. */
void viz__cut(viz__out *out, size_t used);

/* Keeps a status, unless it is AG_OK or one is kept already. */
void viz__fail(viz__out *out, ag_status status);

/* Keeps an error in the graph, in the name of the function that was called, and returns the status.
 * `hint` may be NULL. */
ag_status viz__keep_error(ag_graph *g, ag_status status, const char *hint, const char *who,
                          const char *message);

/* Flushes a file, so that a full disk is noticed, and returns the status. */
ag_status viz__flush(viz__out *out);

/* n elements of `each` bytes, zeroed. *New*: free them with viz__array_free. NULL when memory runs
 * out or the product overflows. */
void *viz__array(ag_graph *g, size_t n, size_t each);
void viz__array_free(ag_graph *g, void *array, size_t n, size_t each);

/* --- escape.c: text from outside -------------------------------------------------------------- */

/* Replaces control characters and invalid UTF-8 by a replacement character. With `ascii` it writes
 * Greek letters in words, and everything else above 127 as a question mark. */
void viz__clean(viz__out *out, const char *text, bool ascii);

/* The same to a string, of a text that may be long: reads no more once it has written more than
 * `most` bytes. */
void viz__clean_most(viz__out *out, const char *text, bool ascii, size_t most);

void viz__xml(viz__out *out, const char *text);     /* for text and attributes of XML */
void viz__css(viz__out *out, const char *text);     /* a color, within a <style> block */
void viz__html(viz__out *out, const char *text);    /* escaped for an HTML-like label */
void viz__quoted(viz__out *out, const char *text);  /* as a DOT string, with its quotes */
void viz__tooltip(viz__out *out, const char *text); /* that attribute of a DOT node or edge */
size_t viz__width(const char *text);                /* columns on a terminal */

/* The first character of a text that is not empty, its length in bytes, and its columns on a
 * terminal: 0, 1 or 2. */
uint32_t viz__character(const char *text, size_t *length, size_t *columns);

/* --- plain_words.c: messages without names of C ---------------------------------------------- */

/* "ag_reshape them to AG_SHAPE(1)" becomes "reshape them to [1]", AG_MEAN mean, .training = false
 * training=false. The text becomes shorter. */
void viz__plain_words(char *text);

/* --- escape_cell.c: text within other languages ----------------------------------------------- */

void viz__markdown(viz__out *out, const char *text); /* for a paragraph or a cell of a table */

/* For a formula within a cell of Markdown: a bar would end the cell. */
void viz__markdown_math(viz__out *out, const char *math);

void viz__base64(viz__out *out, const char *bytes, size_t n);

/* As a string of JSON, with its quotes. */
void viz__json(viz__out *out, const char *text);

/* As a field of CSV, with its quotes. A spreadsheet would compute text that begins like a formula,
 * so it gets an apostrophe. */
void viz__csv(viz__out *out, const char *text);

/* --- tex.c: LaTeX ----------------------------------------------------------------------------- */

/* Writes text for a paragraph. Characters that pdflatex does not know are written as U+1F600. */
void viz__tex(viz__out *out, const char *text);

/* Writes a number for a formula: -1.2 \times 10^{-5}. */
void viz__number_tex(viz__out *out, double value, int digits);

/* Writes a name for a formula: x1 and x_1 as x_{1}, lambda as \lambda, loss as \mathrm{loss}. `out`
 * must be a string. */
void viz__name_tex(viz__out *out, const char *name);

/* --- font.c ----------------------------------------------------------------------------------- */

/* The width of a line in Helvetica of a size, with a tenth of slack. */
double viz__text_width(const char *text, double size, bool bold);

/* --- digits.c: numbers ------------------------------------------------------------------------ */

#define VIZ__NUMBER 48
#define VIZ__MORE_DIGITS 3

/* Writes a number with at least `digits` significant digits, and returns the length. Trailing zeros
 * are dropped only if nothing was rounded: 4 is exact, 54.60 is not. */
size_t viz__number_text(char text[VIZ__NUMBER], double value, int digits);
void viz__number(viz__out *out, double value, int digits);

/* A number with as few digits as distinguish it from every other double, at most 17. */
void viz__exact(viz__out *out, double value);

/* The same with a space where there is no minus sign, so that the digits of a column are
 * aligned. */
void viz__signed(viz__out *out, double value, int digits);

/* The same in parentheses if it is negative and not the first factor. */
void viz__factor(viz__out *out, double value, int digits, bool first);

/* A length or a place in a figure, in tenths: "12", "12.5". */
void viz__fixed(viz__out *out, double value);

/* The number that a reader of the printed text gets. */
double viz__as_printed(double value, int digits);

/* --- text_table.c: columns -------------------------------------------------------------------- */

#define VIZ__COLUMNS 12
typedef struct viz__column {
    size_t least; /* the smallest width, in columns of the terminal */
    size_t most;  /* the largest width, beyond which a cell overflows; 0: no limit */
    size_t gap;   /* spaces after the column */
    bool right;   /* align to the right */
} viz__column;

/* A table is first filled, cell by cell, then measured, then written. A cell widens its column only
 * if another cell follows it in its row. */
typedef struct viz__table {
    const viz__column *column;
    size_t columns;
    size_t width[VIZ__COLUMNS];
    size_t rows;
    viz__out cells; /* the text of all cells, each terminated by a zero byte */
} viz__table;

viz__table viz__table_new(ag_graph *g, const viz__column *column, size_t columns);
void viz__table_free(viz__table *t);

/* Ends a cell, which is what was written to `cells` after the cell before. */
void viz__cell_end(viz__table *t);
void viz__text_cell(viz__table *t, const char *text);
void viz__count_cell(viz__table *t, size_t count);
void viz__number_cell(viz__table *t, double value, int digits);

/* Ends a row that has `cells` cells so far; the others are empty. */
void viz__row_end(viz__table *t, size_t cells);

void viz__table_measure(viz__table *t);
size_t viz__table_offset(const viz__table *t, size_t column); /* where the column begins */
void viz__table_write(viz__out *out, const viz__table *t);

/* --- markup_table.c: the same for Markdown and LaTeX ------------------------------------------- */

typedef enum viz__markup { VIZ__PLAIN, VIZ__MARKDOWN, VIZ__LATEX } viz__markup;

#define VIZ__PAGE_ROWS 40 /* a table with more rows is a longtable in LaTeX */

/* Writes a table whose first row has the titles. The cells of the other rows are marked up already
 * if `marked`, else they are text. */
void viz__table_write_as(viz__out *out, const viz__table *t, viz__markup markup, bool marked);

/* Text in a language. */
void viz__text_as(viz__out *out, const char *text, viz__markup markup);

#endif
