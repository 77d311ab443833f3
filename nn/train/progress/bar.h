/* The text of the bar. Private to nn/train/progress. */
#ifndef NN_TRAIN_PROGRESS_BAR_H
#define NN_TRAIN_PROGRESS_BAR_H

#include "terminal.h"

#define AG_NO_SITES
#include <autograd/nn_train.h>

/* What a bar tells. */
typedef struct nn__bar {
    const nn_event *event;
    nn__terminal terminal;
    int columns;
    double part; /* of all steps, 0 to 1 */
    double seconds;
    int64_t steps; /* in these seconds */
} nn__bar;

/* "loss 0.1234  accuracy 0.97", the values of the last epoch. Without `and_loss` the first is left
 * out. */
enum { NN__VALUES = 400 };
void nn__values_text(const nn_history *h, bool and_loss, char text[NN__VALUES]);

/* Is it one of 1, 2, 5, 10, 20, 50, ..., after which there is a line? */
bool nn__has_line(int64_t i);

/* "0:42", "1:02:03"; "?" for what no clock shows. */
enum { NN__TIME = 24 };
void nn__time_text(double seconds, char text[NN__TIME]);

/* A line at most columns - 1 wide; returns how wide it is. What does not fit is left out, the less
 * important first. */
enum { NN__BAR = 4000 };
int nn__bar_text(const nn__bar *b, char text[NN__BAR]);

#endif
