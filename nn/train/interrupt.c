/* Ctrl-C while training runs. A handler is given no pointer, and the library has no variable that
 * can change; so the handler does nothing, and what it tells is that it is gone: a signal whose
 * action has SA_RESETHAND puts back the default action by itself, which a question to sigaction
 * finds, and which ends the program at the next signal.
 */
#include "interrupt.h"

#ifndef __wasi__ /* WebAssembly has no signals. */
#include <signal.h>
#endif
#include <string.h>

#ifdef SA_RESETHAND

static void nothing(int number)
{
    (void)number;
}

_Static_assert(sizeof(struct sigaction) <= NN__HANDLER_BYTES, "room for the program's own handler");

void nn__interrupt_begin(nn__interrupt *i)
{
    struct sigaction ours, before;
    i->watches = false;
    if (sigaction(SIGINT, NULL, &before) != 0 || before.sa_handler == SIG_IGN) {
        return;
    }
    memset(&ours, 0, sizeof ours);
    ours.sa_handler = nothing;
    ours.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&ours.sa_mask);
    memcpy(i->before.bytes, &before, sizeof before);
    i->watches = sigaction(SIGINT, &ours, NULL) == 0;
}

bool nn__interrupted(const nn__interrupt *i)
{
    struct sigaction now;
    return i->watches && sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler != nothing;
}

void nn__interrupt_end(nn__interrupt *i)
{
    struct sigaction before;
    if (i->watches) {
        memcpy(&before, i->before.bytes, sizeof before);
        i->watches = sigaction(SIGINT, &before, NULL) != 0;
    }
}

#else

void nn__interrupt_begin(nn__interrupt *i)
{
    i->watches = false;
}

bool nn__interrupted(const nn__interrupt *i)
{
    (void)i;
    return false;
}

void nn__interrupt_end(nn__interrupt *i)
{
    (void)i;
}

#endif
