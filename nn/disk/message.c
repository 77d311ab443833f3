/* Messages that name a file and show what is in it. Knows no format. */
#include "source.h"

#include <stdarg.h>
#include <string.h>

const char *nn__path_tail(const char *path)
{
    enum { SHOWN = 160 };
    size_t n = path != NULL ? strlen(path) : 0;
    return path == NULL ? "(no path)" : n > SHOWN ? path + n - SHOWN : path;
}

const char *nn__quoted(const char *text, int64_t n, char out[NN__QUOTED])
{
    int64_t shown = n < NN__QUOTED - 6 ? n : NN__QUOTED - 9, to = 0;
    out[to++] = '"';
    for (int64_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)text[i];
        out[to++] = (char)(c < 32 || c == 127 ? '?' : c);
    }
    memcpy(out + to, shown < n ? "...\"" : "\"", shown < n ? 5 : 2);
    return out;
}

void *nn__source_fail(const nn__source *in, ag_status status, const char *hint, const char *format,
                      ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ag_fail(in->graph, status, hint, "%s: %s: %s", in->what, nn__path_tail(in->path), text);
    return NULL;
}
