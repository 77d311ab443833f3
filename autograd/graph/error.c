/* Keeps the first error of a graph: its status and the message that others append to. Must not allocate, because it also reports that memory has run out. Knows no tensor and no
 * operation.
 */
#include <stdarg.h>
#include <string.h>

#include "autograd/formula/format_text.h"
#include "error.h"
#include "node.h"

const char *ag_status_text(ag_status status)
{
    static const char *const text[AG_STATUS_COUNT] = {
#define TEXT(code, words) words,
        AG_STATUS_TABLE(TEXT)
#undef TEXT
    };
    return (unsigned)status < AG_STATUS_COUNT ? text[status] : "unknown status";
}

ag_status ag_error(const ag_graph *g)
{
    return g != NULL ? g->error : AG_ERR_NULL_ARGUMENT;
}

const char *ag_error_message(const ag_graph *g)
{
    return g != NULL ? g->message : "the graph is NULL (out of memory when it was made?)";
}

const char *ag_error_picture(const ag_graph *g)
{
    return g != NULL && g->error == AG_ERR_SHAPE ? g->picture : "";
}

void ag_error_clear(ag_graph *g)
{
    if (g != NULL) {
        g->error = AG_OK;
        g->message[0] = g->picture[0] = '\0';
        g->message_used = 0;
        g->message_open = false;
    }
}

void ag__fail_more_args(ag_graph *g, const char *format, va_list args)
{
    if (!g->message_open) {
        return;
    }
    size_t room = sizeof g->message - g->message_used;
    size_t n = ag__print_text_args(g->message + g->message_used, room, format, args);
    if (n >= room) { /* the message is full */
        n = ag__whole_characters(g->message, sizeof g->message - 1) - g->message_used;
        g->message[g->message_used + n] = '\0';
    }
    g->message_used += n;
}

ag_status ag__fail_begin(ag_graph *g, ag_status status, const char *format, ...)
{
    status = status != AG_OK ? status : AG_ERR_OP; /* AG_OK is a mistake in an operation's code */
    g->failures++;
    g->message_open = g->error == AG_OK;
    if (g->message_open) {
        va_list args;
        va_start(args, format);
        g->error = status;
        g->message_used = 0;
        ag__fail_more_args(g, format, args);
        va_end(args);
    }
    return status;
}

ag_status ag__failure(const ag_graph *g)
{
    return g->error != AG_OK ? g->error : AG_ERR_OP;
}

ag_status ag_fail(ag_graph *g, ag_status status, const char *hint, const char *format, ...)
{
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    status = ag__fail_begin(g, status, "%s", "");
    va_list args;
    va_start(args, format);
    ag__fail_more_args(g, format, args);
    va_end(args);
    ag__fail_at(g, g->site.where);
    if (hint != NULL) {
        ag__fail_more(g, "\n  hint: %s", hint);
    }
    return status;
}

void ag__fail_more(ag_graph *g, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ag__fail_more_args(g, format, args);
    va_end(args);
}

/* Adds the names of the open scopes, the outermost first, and returns how many there are. The list
 * of scopes begins with the innermost; of more than LEVELS names the outermost are left out. */
static int append_names(ag_graph *g)
{
    enum { LEVELS = 32 };
    const char *name[LEVELS];
    int n = 0;
    for (const ag_scope *s = g->scope; s != NULL && n < LEVELS; s = s->outer) {
        if (s->name != NULL) {
            name[n++] = s->name;
        }
    }
    for (int i = n; i-- > 0;) {
        ag__fail_more(g, "%s%s", i == n - 1 ? ", in " : ".", name[i]);
    }
    return n;
}

/* Adds the open scopes, and the source line where the outermost one was entered, unless the message
 * has that line already. */
static void append_scopes(ag_graph *g, const char *where)
{
    const ag_scope *inner = g->scope, *outer = inner;
    bool named = append_names(g) > 0;
    if (inner->kind != NULL) {
        ag__fail_more(g, named ? " (%s" : ", in %s", inner->kind);
        if (inner->made_at != NULL) {
            ag__fail_more(g, named ? ", made at %s" : " made at %s", inner->made_at);
        }
        ag__fail_more(g, named ? ")" : "");
    }
    while (outer->outer != NULL) {
        outer = outer->outer;
    }
    if (outer->where != NULL && (where == NULL || strcmp(outer->where, where) != 0)) {
        ag__fail_more(g, ", called at %s", outer->where);
    }
}

void ag__fail_at(ag_graph *g, const char *where)
{
    if (where != NULL) {
        ag__fail_more(g, "; at %s", where);
    }
    if (g->scope != NULL) {
        append_scopes(g, where);
    }
}

const char *ag_noted_line(const ag_graph *g)
{
    return g != NULL ? g->site.where : NULL;
}
