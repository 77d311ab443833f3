/* Running another program, in the way of the system at hand. Private to viz/. */
#ifndef VIZ_PROCESS_H
#define VIZ_PROCESS_H

#include <autograd/base.h>

/* Runs arguments[0], which is looked for in PATH, without a shell, and waits for it at most so many
 * seconds; then it is ended. `arguments` ends with NULL. Nothing is printed on the caller's behalf:
 * the program reads and writes nowhere. Returns AG_OK where the program says it worked. Errors: STATE
 * (there is no such program, or this system runs none), IO (it failed, or took too long), MEMORY. */
ag_status viz__run(char *const arguments[], int seconds);

#endif
