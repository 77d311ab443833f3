/* A locale whose decimal point is a comma, as in Germany: one that is installed, or one made for
 * the occasion where the sources of locales are. Must not know the library.
 */
#ifndef COMMA_H
#define COMMA_H

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* False, said on stdout, where there is none and none can be made. */
static inline bool comma_begin(void)
{
    static const char *const name[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    char folder[] = "/tmp/comma.XXXXXX", command[200];
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        if (setlocale(LC_ALL, name[i]) != NULL && *localeconv()->decimal_point == ',') {
            return true;
        }
    }
    if (mkdtemp(folder) != NULL) {
        snprintf(command, sizeof command,
                 "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
        bool made = system(command) == 0;
        setenv("LOCPATH", folder, 1);
        made = made && setlocale(LC_ALL, name[0]) != NULL && *localeconv()->decimal_point == ',';
        snprintf(command, sizeof command, "rm -rf %s", folder);
        if (system(command) == 0 && made) {
            return true;
        }
    }
    setlocale(LC_ALL, "C");
    puts("skipped: no locale with a decimal comma is installed, nor can one be made");
    return false;
}

static inline void comma_end(void)
{
    setlocale(LC_ALL, "C");
}

#endif
