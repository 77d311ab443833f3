/* Where output goes: a file, or a string in the memory of the graph. The first error is kept. Uses
 * a graph only to allocate memory, and must not know what is written. It formats whole numbers
 * only, so that it does not depend on the locale.
 */
#include "text.h"

#include <autograd/inspect.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>

viz__out viz__to_file(ag_graph *g, FILE *file)
{
    return (viz__out){.graph = g, .file = file};
}

viz__out viz__to_text(ag_graph *g)
{
    return (viz__out){.graph = g};
}

const char *viz__text(const viz__out *out)
{
    return out->text != NULL ? out->text : "";
}

void viz__out_free(viz__out *out)
{
    viz__array_free(out->graph, out->text, out->capacity, 1);
    out->text = NULL;
    out->used = out->capacity = 0;
}

void viz__fail(viz__out *out, ag_status status)
{
    out->status = out->status == AG_OK ? status : out->status;
}

char *viz__reserve(viz__out *out, size_t n)
{
    if (out->status != AG_OK) {
        return NULL;
    }
    if (n < out->capacity - out->used) {
        return out->text + out->used;
    }
    size_t capacity = out->capacity < 64 ? 64 : out->capacity;
    while (capacity <= SIZE_MAX / 2 && capacity - out->used <= n) {
        capacity *= 2;
    }
    char *text = capacity - out->used > n ? ag_graph_alloc(out->graph, capacity) : NULL;
    if (text == NULL) {
        out->status = AG_ERR_MEMORY;
        return NULL;
    }
    if (out->used > 0) {
        memcpy(text, out->text, out->used);
    }
    text[out->used] = '\0';
    viz__array_free(out->graph, out->text, out->capacity, 1);
    out->text = text;
    out->capacity = capacity;
    return text + out->used;
}

void viz__commit(viz__out *out, size_t n)
{
    out->used += n;
    out->text[out->used] = '\0';
}

void viz__cut(viz__out *out, size_t used)
{
    if (out->text != NULL && used <= out->used) {
        out->used = used;
        out->text[used] = '\0';
    }
}

void viz__put(viz__out *out, const char *text, size_t n)
{
    if (out->status != AG_OK || n == 0) {
        return;
    }
    if (out->file != NULL) {
        if (fwrite(text, 1, n, out->file) != n) {
            out->status = AG_ERR_IO;
            out->error = errno;
        }
        return;
    }
    char *room = viz__reserve(out, n);
    if (room != NULL) {
        memcpy(room, text, n);
        viz__commit(out, n);
    }
}

void viz__puts(viz__out *out, const char *text)
{
    viz__put(out, text, strlen(text));
}

void viz__pad(viz__out *out, size_t spaces)
{
    static const char blank[] = "                                ";
    while (spaces > 0) {
        size_t n = spaces < sizeof blank - 1 ? spaces : sizeof blank - 1;
        viz__put(out, blank, n);
        spaces -= n;
    }
}

static void put_count(viz__out *out, uint64_t value, bool minus)
{
    char text[24];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    if (minus) {
        text[--at] = '-';
    }
    viz__put(out, text + at, sizeof text - at);
}

/* vsnprintf is not used, because it needs a buffer for the whole text, whose length is not
 * known. */
void viz__print(viz__out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");
        viz__put(out, format, plain);
        format += plain;
        if (strncmp(format, "%s", 2) == 0) {
            viz__puts(out, va_arg(args, const char *));
            format += 2;
        } else if (strncmp(format, "%zu", 3) == 0) {
            put_count(out, va_arg(args, size_t), false);
            format += 3;
        } else if (strncmp(format, "%d", 2) == 0 || strncmp(format, "%lld", 4) == 0) {
            bool wide = format[1] == 'l';
            int64_t value = wide ? va_arg(args, long long) : va_arg(args, int);
            put_count(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
            format += wide ? 4 : 2;
        } else if (*format == '%') {
            viz__put(out, "%", 1);
            format += format[1] == '%' ? 2 : 1;
        }
    }
    va_end(args);
}

ag_status viz__keep_error(ag_graph *g, ag_status status, const char *hint, const char *who,
                          const char *message)
{
    return ag_fail(g, status, hint, "%s: %s", who, message);
}

ag_status viz__flush(viz__out *out)
{
    if (out->status == AG_OK && out->file != NULL &&
        (fflush(out->file) != 0 || ferror(out->file) != 0)) {
        out->status = AG_ERR_IO;
        out->error = errno;
    }
    return out->status;
}

void *viz__array(ag_graph *g, size_t n, size_t each)
{
    if (n == 0 || n > SIZE_MAX / each) {
        n = n == 0 ? 1 : 0;
    }
    void *array = n > 0 ? ag_graph_alloc(g, n * each) : NULL;
    if (array != NULL) {
        memset(array, 0, n * each);
    }
    return array;
}

void viz__array_free(ag_graph *g, void *array, size_t n, size_t each)
{
    if (array != NULL) {
        ag_graph_release(g, array, (n == 0 ? 1 : n) * each);
    }
}
