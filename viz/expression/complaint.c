/* An error of a program: the message, the line of the source, and a mark under the word that is
 * meant, by the columns of a terminal. A line that is too long is shown in part. Must not know what
 * the program means.
 */
#include "syntax.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#define BEFORE 36 /* columns that are shown before the mark, and in all */
#define WIDE 72

/* What is shown of a line: from `from` on, up to `end`. */
typedef struct view {
    uint32_t from, end;
    bool cut_before, cut_behind;
} view;

static bool begins_character(const viz_program *p, uint32_t i)
{
    return ((unsigned char)p->source[i] & 0xC0u) != 0x80u;
}

static uint32_t line_start(const viz_program *p, uint32_t at)
{
    while (at > 0 && p->source[at - 1] != '\n') {
        at--;
    }
    return at;
}

/* Characters stand for columns here: where they are wider, a little more is shown. */
static view look(const viz_program *p, viz__span where)
{
    uint32_t start = line_start(p, where.at), at = where.at, n = 0;
    while (at > start && n < BEFORE) {
        at--;
        n += begins_character(p, at);
    }
    view v = {.from = at, .cut_before = at > start, .end = at};
    for (n = 0; v.end < p->bytes && p->source[v.end] != '\n'; v.end++) {
        if (begins_character(p, v.end) && n++ == WIDE) {
            v.cut_behind = true;
            break;
        }
    }
    return v;
}

/* A program of several lines has their numbers. */
static size_t line_number(const viz_program *p, uint32_t at)
{
    size_t n = 1;
    for (uint32_t i = 0; i < at && i < p->bytes; i++) {
        n += p->source[i] == '\n';
    }
    return n;
}

/* The columns of a part of the source, as it is shown. */
static size_t columns(viz_program *p, uint32_t from, uint32_t end)
{
    viz__out *out = &p->scratch;
    size_t used = out->used;
    viz__put(out, p->source + from, end > from ? end - from : 0);
    for (size_t i = used; i < out->used; i++) {
        out->text[i] = out->text[i] == '\t' || out->text[i] == '\0' ? ' ' : out->text[i];
    }
    size_t n = viz__width(viz__text(out) + used);
    viz__cut(out, used);
    return n;
}

static void put_line(viz_program *p, viz__out *out, view v)
{
    char piece[4 * WIDE + 8];
    size_t n = v.end - v.from < sizeof piece - 1 ? v.end - v.from : sizeof piece - 1;
    memcpy(piece, p->source + v.from, n);
    piece[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        piece[i] = piece[i] == '\t' || piece[i] == '\0' || piece[i] == '\r' ? ' ' : piece[i];
    }
    viz__puts(out, v.cut_before ? "... " : "");
    viz__clean(out, piece, false);
    viz__puts(out, v.cut_behind ? " ..." : "");
}

/* Writes the line, and the mark below it, both after a margin of two. */
static void show(viz_program *p, viz__out *out, viz__span where)
{
    view v = look(p, where);
    bool numbered = memchr(p->source, '\n', p->bytes) != NULL;
    size_t margin = 2;
    viz__puts(out, "\n  ");
    if (numbered) {
        size_t before = out->used;
        viz__print(out, "line %zu: ", line_number(p, where.at));
        margin += out->used - before;
    }
    put_line(p, out, v);
    uint32_t end = where.end < v.end ? where.end : v.end;
    size_t wide = columns(p, where.at, end > where.at ? end : where.at);
    viz__puts(out, "\n");
    viz__pad(out, margin + (v.cut_before ? 4 : 0) + columns(p, v.from, where.at));
    for (size_t i = 0; i < (wide > 0 ? wide : 1); i++) {
        viz__puts(out, "^");
    }
}

/* ag_fail puts the line of the caller's source behind the text. Here it belongs behind the first
 * line, so it is put there, and is gone while ag_fail is called. */
static void fail_without_line(viz_program *p, ag_status status, const char *hint, const char *text)
{
    const char *where = ag_noted_line(p->graph);
    ag__at_graph(p->graph, NULL);
    ag_fail(p->graph, status, hint, "%s", text);
    ag__at_graph(p->graph, where);
}

/* Keeps the message that stands in the program's scratch, then the place, then `more`. */
static bool keep(viz_program *p, ag_status status, viz__span where, const char *more,
                 const char *hint)
{
    show(p, &p->scratch, where);
    viz__puts(&p->scratch, more);
    p->failed = true;
    if (p->scratch.status != AG_OK) {
        status = p->scratch.status;
        ag_fail(p->graph, status, NULL, "program: %s", ag_status_text(status));
    } else {
        fail_without_line(p, status, hint, viz__text(&p->scratch));
    }
    viz__cut(&p->scratch, 0);
    return false;
}

/* The end of d/dx or dy/dx at the begin of the statement; its begin where there is none. */
static uint32_t derivative_end(const viz_program *p, uint32_t begin)
{
    const char *text = p->source + begin, *at = text;
    if (*at != 'd') {
        return begin;
    }
    for (at++; isalnum((unsigned char)*at) != 0 || *at == '_'; at++) {
    }
    at += strspn(at, " ");
    at += *at == '/' ? 1 + strspn(at + 1, " ") : 0;
    const char *below = at;
    for (; isalnum((unsigned char)*at) != 0 || *at == '_'; at++) {
    }
    bool found = below > text && strchr("/ ", below[-1]) != NULL && *below == 'd' && at > below + 1;
    return found ? begin + (uint32_t)(at + strspn(at, " ") - text) : begin;
}

/* Is it at a derivative, written as one, that something is amiss? */
static bool is_derivative(const viz_program *p, viz__span where)
{
    uint32_t begin = where.at;
    while (begin > 0 && p->source[begin - 1] != ';' && p->source[begin - 1] != '\n') {
        begin--;
    }
    begin += (uint32_t)strspn(p->source + begin, " ");
    uint32_t end = derivative_end(p, begin);
    return end > begin && where.at <= end;
}

bool viz__complain(viz_program *p, viz__span where, const char *hint, const char *format, ...)
{
    if (p->failed || p->quiet) {
        p->failed = true;
        return false;
    }
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    viz__cut(&p->scratch, 0);
    viz__puts(&p->scratch, text);
    if (ag_noted_line(p->graph) != NULL) {
        viz__print(&p->scratch, "; at %s", ag_noted_line(p->graph));
    }
    return keep(p, AG_ERR_VALUE, where, "",
                is_derivative(p, where)
                    ? "all derivatives are computed anyway: write the formula alone"
                    : hint);
}

bool viz__complain_kept(viz_program *p, viz__span where)
{
    enum { LONGEST = 1024 };
    char text[LONGEST];
    ag_status status = ag_error(p->graph);
    if (p->failed) {
        return false;
    }
    if (status == AG_OK) { /* what fails without an error had no memory */
        status = ag_fail(p->graph, AG_ERR_MEMORY, NULL, "program: out of memory");
    }
    ag_format_text(text, sizeof text, "%s", ag_error_message(p->graph));
    ag_error_clear(p->graph);
    viz__plain_words(text);
    size_t first = strcspn(text, "\n");
    viz__cut(&p->scratch, 0);
    viz__put(&p->scratch, text, first);
    return keep(p, status, where, text + first,
                strstr(text, "i64") != NULL ? "cast(x, i64) makes whole numbers of x" : NULL);
}
