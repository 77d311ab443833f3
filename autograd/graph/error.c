/* The first error of a graph, and how messages are put together: what happened, the operands with
 * their names and shapes, the source line, a hint. Needs no memory, so that it can report its lack.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

const char *ag_dtype_text(ag_dtype dtype)
{
    static const char *const text[AG_DTYPE_COUNT] = {"f64", "f32", "i64"};
    return (unsigned)dtype < AG_DTYPE_COUNT ? text[dtype] : "?";
}

size_t ag_dtype_bytes(ag_dtype dtype)
{
    static const size_t bytes[AG_DTYPE_COUNT] = {sizeof(double), sizeof(float), sizeof(int64_t)};
    return (unsigned)dtype < AG_DTYPE_COUNT ? bytes[dtype] : 0;
}

ag_status ag_error(const ag_graph *g)
{
    return g != NULL ? g->error : AG_ERR_NULL_ARGUMENT;
}

const char *ag_error_message(const ag_graph *g)
{
    return g != NULL ? g->message : "the graph is NULL (out of memory when it was made?)";
}

void ag_error_clear(ag_graph *g)
{
    if (g != NULL) {
        g->error = AG_OK;
        g->message[0] = '\0';
        g->message_used = 0;
    }
}

static void append(ag_graph *g, const char *format, va_list args)
{
    size_t room = sizeof g->message - g->message_used;
    int n = vsnprintf(g->message + g->message_used, room, format, args);
    if (n > 0) {
        g->message_used += (size_t)n < room ? (size_t)n : room - 1;
    }
}

/* Only the first error is kept; a later one returns its status and leaves the message alone:
 * message_open says whether ag__fail_more may add to it. */
ag_status ag__fail(ag_graph *g, ag_status status, const char *format, ...)
{
    status = status != AG_OK ? status : AG_ERR_OP; /* an op's own code may say so by mistake */
    g->failures++;
    g->message_open = g->error == AG_OK;
    if (g->message_open) {
        va_list args;
        va_start(args, format);
        g->error = status;
        g->message_used = 0;
        append(g, format, args);
        va_end(args);
    }
    return status;
}

ag_status ag_fail(ag_graph *g, ag_status status, const char *hint, const char *format, ...)
{
    if (g == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    status = ag__fail(g, status, "%s", "");
    if (g->message_open) {
        va_list args;
        va_start(args, format);
        append(g, format, args);
        va_end(args);
    }
    ag__fail_at(g, g->site.where);
    if (hint != NULL) {
        ag__fail_more(g, "\n  hint: %s", hint);
    }
    return status;
}

void ag__fail_more(ag_graph *g, const char *format, ...)
{
    if (g->message_open) {
        va_list args;
        va_start(args, format);
        append(g, format, args);
        va_end(args);
    }
}

size_t ag__shape_text(ag_shape shape, char *text, size_t bytes)
{
    size_t used = 0;
    for (int i = 0; i < shape.ndim && i < AG_MAX_DIMS && used < bytes; i++) {
        int n = snprintf(text + used, bytes - used, "%c%lld", i == 0 ? '[' : ',',
                         (long long)shape.dim[i]);
        used += (size_t)n;
    }
    if (used < bytes) {
        used += (size_t)snprintf(text + used, bytes - used, shape.ndim > 0 ? "]" : "[]");
    }
    return used;
}

void ag__fail_at(ag_graph *g, const char *where)
{
    if (where != NULL) {
        ag__fail_more(g, "; at %s", where);
    }
}

/* "left operand "h" f64 [3,4] from matmul, right operand ..." */
void ag__fail_operands(ag_graph *g, ag_tensor *const *in, int n_in)
{
    static const char *const two[] = {"left operand", "right operand"};
    for (int i = 0; i < n_in && i < 4; i++) {
        const ag_tensor *t = in[i];
        ag__fail_more(g, "%s", i == 0 ? "\n  " : ", ");
        if (n_in == 2) {
            ag__fail_more(g, "%s", two[i]);
        } else if (n_in == 1) {
            ag__fail_more(g, "operand");
        } else {
            ag__fail_more(g, "operand %d", i);
        }
        if (t == NULL) {
            ag__fail_more(g, " NULL");
            continue;
        }
        char shape[AG__SHAPE_TEXT];
        ag__shape_text(ag_shape_of(t), shape, sizeof shape);
        if (ag_name_of(t) != NULL) {
            ag__fail_more(g, " \"%.40s\"", ag_name_of(t));
        }
        ag__fail_more(g, " %s %s", ag_dtype_text((ag_dtype)t->dtype), shape);
        if (t->op != NULL) {
            ag__fail_more(g, " from %s", t->op->name);
        }
    }
    if (n_in > 4) {
        ag__fail_more(g, ", and %d more", n_in - 4);
    }
}

ag_status ag_call_fail(const ag_call *call, ag_status status, const char *hint, const char *format,
                       ...)
{
    ag_graph *g = call->graph;
    status = ag__fail(g, status, "%s: ", call->op->name);
    if (g->message_open) {
        va_list args;
        va_start(args, format);
        append(g, format, args);
        va_end(args);
    }
    ag__fail_operands(g, call->in, call->n_in);
    ag__fail_at(g, g->site.where);
    if (hint != NULL) {
        ag__fail_more(g, "\n  hint: %s", hint);
    }
    return status;
}
