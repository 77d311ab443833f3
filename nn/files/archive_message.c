/* What archives say: the first failure, and what differs. Must not know what stands in one. */
#define AG_NO_SITES
#include "archive.h"

#include <stdarg.h>
#include <string.h>

bool nn__archive_fail(nn_archive *a, ag_status status, int64_t byte, const char *format, ...)
{
    char text[700], at[40] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (byte >= 0) {
        snprintf(at, sizeof at, "byte %lld: ", (long long)byte);
    }
    const char *path = a->in.path != NULL ? nn__path_tail(a->in.path) : "";
    ag_fail(a->graph, status, NULL, "%s: %s%s%s%s", a->what, path, *path != '\0' ? ": " : "", at,
            text);
    a->status = a->status == AG_OK ? status : a->status;
    return false;
}

void nn__archive_differs(nn_archive *a, const char *format, ...)
{
    nn__differences *d = &a->differences;
    char line[400];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (d->report != NULL) {
        fprintf(d->report, "%s\n", line);
    }
    size_t room = sizeof d->text - d->used;
    if (d->n++ == 0 || strlen(line) + 8 < room) {
        const char *before = d->used > 0 ? "; " : "";
        d->used += (size_t)snprintf(d->text + d->used, room, "%s%s", before, line);
    } else if (room > 6) {
        snprintf(d->text + d->used, room, "; ...");
        d->used = sizeof d->text - 1; /* and no more */
    }
}

const char *nn__shown(const char *name, char text[NN__SHOWN])
{
    snprintf(text, NN__SHOWN, "%.80s", name);
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F) {
            *c = '?';
        }
    }
    return text;
}
