/* For tests of calls that must come back at once: one that does not is ended by an alarm, which says
 * which it was. Needs POSIX.
 */
#ifndef ENDLESS_H
#define ENDLESS_H

#include <signal.h>
#include <string.h>
#include <unistd.h>

static char endless_call[200]; /* what is called now, as a line of text */

static inline void endless_say(int signal)
{
    (void)!write(STDERR_FILENO, endless_call, strlen(endless_call));
    _exit(signal);
}

#endif
