/* What a stream can show, and a clock: all that asks the operating system. Must not know what is
 * shown.
 */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef _WIN32
#include <sys/ioctl.h>
#include <unistd.h>
#endif

/* A variable of the environment; NULL where it is not set or empty. */
static const char *variable(const char *name)
{
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? text : NULL;
}

/* Whether the locale of the environment is one of UTF-8; the program may not have called setlocale.
 */
static bool is_unicode(void)
{
    const char *name = variable("LC_ALL");
    name = name != NULL ? name : variable("LC_CTYPE");
    name = name != NULL ? name : variable("LANG");
    return name != NULL && (strstr(name, "UTF-8") != NULL || strstr(name, "utf8") != NULL ||
                            strstr(name, "UTF8") != NULL || strstr(name, "utf-8") != NULL);
}

static bool is_terminal(FILE *out)
{
#ifndef _WIN32
    return isatty(fileno(out)) == 1;
#else
    (void)out;
    return false;
#endif
}

nn__terminal nn__terminal_of(FILE *out)
{
    const char *kind = variable("TERM");
    bool able = kind != NULL && strcmp(kind, "dumb") != 0;
    nn__terminal t = {.draws = able && is_terminal(out), .unicode = is_unicode()};
    t.color = t.draws && variable("NO_COLOR") == NULL;
    return t;
}

int nn__terminal_columns(FILE *out)
{
    enum { USUAL = 80, MOST = 1000 };
#ifdef TIOCGWINSZ
    struct winsize size;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
#else
    (void)out;
#endif
    const char *text = variable("COLUMNS");
    long columns = text != NULL ? strtol(text, NULL, 10) : USUAL;
    return columns > 0 && columns < MOST ? (int)columns : USUAL;
}

double nn__seconds(void)
{
    struct timespec now;
#ifdef CLOCK_MONOTONIC
    clock_gettime(CLOCK_MONOTONIC, &now);
#else
    timespec_get(&now, TIME_UTC);
#endif
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
