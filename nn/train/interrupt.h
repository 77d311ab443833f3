/* Ctrl-C while training runs. Private to nn/train. */
#ifndef NN_TRAIN_INTERRUPT_H
#define NN_TRAIN_INTERRUPT_H

#include <stdbool.h>

enum { NN__HANDLER_BYTES = 256 };

/* The program's own handler, while ours takes its place. */
typedef struct nn__interrupt {
    bool watches;
    union {
        char bytes[NN__HANDLER_BYTES];
        void *aligned;
    } before;
} nn__interrupt;

/* From now on the first Ctrl-C does nothing but what nn__interrupted tells, and the second one ends
 * the program. Where Ctrl-C is ignored (a program in the background), and where there are no POSIX
 * signals, nothing changes. */
void nn__interrupt_begin(nn__interrupt *i);
bool nn__interrupted(const nn__interrupt *i);

/* Puts the program's own handler back. */
void nn__interrupt_end(nn__interrupt *i);

#endif
