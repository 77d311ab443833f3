/* What reading an archive says, and the order of bytes. Must not know what stands in one. */
#define AG_NO_SITES
#include <stdarg.h>

#include "archive.h"

bool nn__archive_fail(const nn__archive *a, ag_status status, int64_t byte, const char *format, ...)
{
    char text[500], at[40] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (byte >= 0) {
        snprintf(at, sizeof at, "byte %lld: ", (long long)byte);
    }
    ag_fail(a->graph, status, NULL, "%s: %.200s: %s%s", a->what,
            a->path != NULL ? a->path : "memory", at, text);
    return false;
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

void nn__swap_order(void *data, size_t n, size_t bytes)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    unsigned char *at = data;
    for (size_t i = 0; i < n; i++, at += bytes) {
        for (size_t b = 0; b < bytes / 2; b++) {
            unsigned char other = at[bytes - 1 - b];
            at[bytes - 1 - b] = at[b];
            at[b] = other;
        }
    }
#endif
    (void)data;
    (void)n;
    (void)bytes;
}
