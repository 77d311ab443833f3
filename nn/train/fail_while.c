/* What was being done when something failed. */
#include "fail_while.h"

#include <stdarg.h>

ag_status nn__fail_while(ag_graph *g, const char *where, ag_status status, const char *format, ...)
{
    char before[1500], doing[120];
    if (ag_error(g) == AG_OK) {
        return status;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(doing, sizeof doing, format, args);
    va_end(args);
    ag_status first = ag_error(g);
    snprintf(before, sizeof before, "%s", ag_error_message(g));
    ag_error_clear(g);
    (void)ag__at_graph(g, where);
    ag_fail(g, first, NULL, "%s\n  %s", before, doing);
    return status;
}
