/* printf with a decimal point; see format_text.h. Hands every conversion to snprintf, one at a
 * time, and mends what it has written of a number. Must not know what a text says.
 */
#include "format_text.h"

#include <autograd/engine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
    char *text;
    size_t bytes, used; /* `used` counts what there was no room for, too */
    va_list args;
} writer;

/* One conversion, "%-8.3g": what snprintf is asked with. */
typedef struct conversion {
    char format[32];
    int n;
    int longs; /* how many l */
    bool size; /* z */
    char kind;
} conversion;

static char *room_of(const writer *w, size_t *room)
{
    *room = w->used < w->bytes ? w->bytes - w->used : 0;
    return *room > 0 ? w->text + w->used : NULL;
}

static void put(writer *w, const char *s, size_t n)
{
    size_t room;
    char *to = room_of(w, &room);
    if (room > 0) {
        size_t fits = n < room ? n : room - 1;
        memcpy(to, s, fits);
        to[fits] = '\0';
    }
    w->used += n;
}

/* Whatever a locale writes between the digits, be it of several bytes, becomes one point. Returns
 * by how many bytes the text is shorter. */
static size_t set_point(char *number)
{
    char *to = number, *from = number;
    while (*from != '\0') {
        bool own = strchr("0123456789+- abcdefinpxABCDEFINPX", *from) != NULL;
        if (own || to == number || to[-1] != '.') {
            *to++ = own ? *from : '.';
        }
        from++;
    }
    *to = '\0';
    return (size_t)(from - to);
}

/* A width or precision that is an argument is put in; a negative precision counts as none. */
static void add_star(conversion *c, int value)
{
    if (value < 0 && c->n > 0 && c->format[c->n - 1] == '.') {
        c->n--;
    } else {
        c->n += snprintf(c->format + c->n, sizeof c->format - (size_t)c->n, "%d", value);
    }
}

/* Reads the conversion that begins at `at`; returns where it ends. */
static const char *read_conversion(conversion *c, const char *at, writer *w)
{
    enum { MOST = 16 }; /* bytes, so that two numbers of a star fit in */
    memset(c, 0, sizeof *c);
    c->format[c->n++] = *at++;
    for (; *at != '\0' && strchr("-+ #0123456789.*hlz", *at) != NULL; at++) {
        c->longs += *at == 'l';
        c->size = c->size || *at == 'z';
        if (*at == '*') {
            add_star(c, va_arg(w->args, int));
        } else if (c->n < MOST) {
            c->format[c->n++] = *at;
        }
    }
    c->kind = *at;
    c->format[c->n++] = *at;
    c->format[c->n] = '\0';
    return *at != '\0' ? at + 1 : at;
}

static void count(writer *w, int written)
{
    w->used += written > 0 ? (size_t)written : 0;
}

static void write_whole(writer *w, const conversion *c)
{
    size_t room;
    char *to = room_of(w, &room);
    if (c->size) {
        count(w, snprintf(to, room, c->format, va_arg(w->args, size_t)));
    } else if (c->longs > 1) {
        count(w, snprintf(to, room, c->format, va_arg(w->args, long long)));
    } else if (c->longs == 1) {
        count(w, snprintf(to, room, c->format, va_arg(w->args, long)));
    } else {
        count(w, snprintf(to, room, c->format, va_arg(w->args, int)));
    }
}

size_t ag__whole_characters(const char *text, size_t n)
{
    size_t start = n;
    while (start > 0 && n - start < 3 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    unsigned char first = start > 0 ? (unsigned char)text[start - 1] : 0;
    size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
    return bytes > n - start + 1 ? start - 1 : n;
}

/* A text with a precision comes from outside. */
static void put_outside_text(writer *w, const char *text, size_t most)
{
    size_t n = 0;
    while (n < most && text[n] != '\0') {
        n++;
    }
    n = text[n] != '\0' && n == most ? ag__whole_characters(text, n) : n;
    for (size_t i = 0; i < n; i++) {
        bool control = (unsigned char)text[i] < 0x20 || text[i] == 0x7F;
        put(w, control ? "?" : text + i, 1);
    }
}

static void write_text(writer *w, const conversion *c)
{
    size_t room;
    char *to = room_of(w, &room);
    const char *text = va_arg(w->args, const char *);
    if (c->format[1] == '.' && c->n > 3) {
        put_outside_text(w, text, (size_t)strtoul(c->format + 2, NULL, 10));
    } else {
        count(w, snprintf(to, room, c->format, text));
    }
}

/* False where there is no such conversion: its argument is then unknown, and so are all that
 * follow. */
static bool convert(writer *w, const conversion *c)
{
    size_t room;
    char *to = room_of(w, &room);
    if (c->kind == '%') {
        put(w, "%", 1);
    } else if (c->kind == 's') {
        write_text(w, c);
    } else if (c->kind == 'p') {
        count(w, snprintf(to, room, c->format, va_arg(w->args, void *)));
    } else if (c->kind != '\0' && strchr("diuxXc", c->kind) != NULL) {
        write_whole(w, c);
    } else if (c->kind != '\0' && strchr("eEfFgGaA", c->kind) != NULL) {
        count(w, snprintf(to, room, c->format, va_arg(w->args, double)));
        w->used -= to != NULL ? set_point(to) : 0;
    } else {
        return false;
    }
    return true;
}

size_t ag__print_text_args(char *text, size_t bytes, const char *format, va_list args)
{
    writer w = {.text = text, .bytes = bytes};
    bool known = true;
    put(&w, "", 0);
    va_copy(w.args, args);
    while (known && *format != '\0') {
        size_t plain = strcspn(format, "%");
        put(&w, format, plain);
        format += plain;
        if (*format == '%') {
            conversion c;
            format = read_conversion(&c, format, &w);
            known = convert(&w, &c);
        }
    }
    va_end(w.args);
    return w.used;
}

size_t ag_format_text(char *text, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t n = ag__print_text_args(text, bytes, format, args);
    va_end(args);
    return n;
}
