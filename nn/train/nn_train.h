/* Training: fit with its callbacks and its progress, the history, evaluation and prediction.
 *
 *     nn_history *h = nn_fit(net, part.train,
 *                            &(nn_fit_options){.loss = nn_cross_entropy,
 *                                              .optimizer = nn_adam(g, NULL),
 *                                              .epochs = 100,
 *                                              .validation_share = 0.2,
 *                                              .metrics = {nn_accuracy}});
 *     printf("%g\n", nn_last(h, "val_accuracy"));
 *
 * A loop of one's own needs none of it: nn_attach, a mark, then nn_call, ag_backward, nn_step and
 * ag_graph_rewind (nn_optim.h).
 *
 * What a name of the history means. "loss" is the mean of the loss over the rows of an epoch, each
 * computed with the weights of the step that it was part of, and in training mode; so are the
 * metrics. "val_loss" and the metrics that begin with "val_" are computed after the last step of
 * the epoch, in evaluation mode, with the averages of the weights where the optimizer keeps some.
 * So the loss of training may well be the higher one, and it lags by half an epoch. Every mean is
 * over rows, whatever the batches are, and a metric is computed of all predictions of the epoch
 * together.
 */
#ifndef AUTOGRAD_NN_TRAIN_H
#define AUTOGRAD_NN_TRAIN_H

#include "nn_batches.h"
#include "nn_data.h"
#include "nn_files.h"
#include "nn_losses.h"
#include "nn_metrics.h"
#include "nn_module.h"
#include "nn_optim.h"

AG_BEGIN_C

/* --- history ---------------------------------------------------------------------------------- */

/* What fit noted in every epoch: columns of numbers under the names "loss", the metrics, "val_loss"
 * and the metrics with "val_" before them, "rate" (of the last step); where the network has
 * penalties also "penalty", their mean, and "objective", loss and penalty together. *Borrowed* from
 * the graph of the network. */
typedef struct nn_history nn_history;

/* How many epochs it has; the number of the last epoch, which is the same. 0 for NULL. */
AG_API int nn_epochs(const nn_history *h);

/* The value of the last epoch, of epoch `epoch` (from 1), or the best one, which is the largest
 * where more is better, together with its epoch; `epoch` may be NULL. NaN is never best. NaN where
 * there is no such epoch; and an error (VALUE) that lists the names where there is no such name. */
AG_API double nn_last(const nn_history *h, const char *name);
AG_API double nn_history_at(const nn_history *h, const char *name, int epoch);
AG_API double nn_best(const nn_history *h, const char *name, int *epoch);

/* The numbers of all epochs, for a figure: nn_epochs of them. *Borrowed*; NULL and an error as
 * above. */
AG_API const double *nn_curve(const nn_history *h, const char *name);

/* The names, in the order of the columns: i = 0, 1, ...; NULL past the last. *Borrowed*. Is more
 * better for this name (an accuracy), or less (a loss, any name that is not there)? */
AG_API const char *nn_history_name(const nn_history *h, int i);
AG_API bool nn_more_is_better(const nn_history *h, const char *name);

/* Is the name there? Otherwise an error (VALUE) that lists those that are; `who` begins the
 * message. For callbacks of one's own, at NN_BEGIN. */
AG_API bool nn_history_has(const nn_history *h, const char *name, const char *who);

/* Why training ended, and what a user should know about the network after it, such as units that
 * are 0 for every row; "" for nothing. *Borrowed*. */
typedef enum nn_end_reason {
    NN_END_EPOCHS,     /* all epochs ran */
    NN_END_STOPPED,    /* by a callback */
    NN_END_INTERRUPTED /* by Ctrl-C */
} nn_end_reason;
AG_API nn_end_reason nn_ended_by(const nn_history *h);
AG_API const char *nn_remarks(const nn_history *h);

AG_API ag_graph *nn_graph_of_history(const nn_history *h);

/* Writes it as a table with aligned columns, at most 40 epochs of it; as CSV, with a header and 17
 * digits. Numbers have a point in every locale. Errors, which are returned: NULL_ARGUMENT, IO. */
AG_API AG_MUST_USE ag_status nn_print_history(FILE *out, const nn_history *h);
AG_API AG_MUST_USE ag_status nn_write_history(FILE *out, const nn_history *h);

/* --- callbacks -------------------------------------------------------------------------------- */

typedef enum nn_moment {
    NN_BEGIN,       /* once; all names of the history are known. What is made now lives to NN_END */
    NN_EPOCH_BEGIN, /* before its first batch */
    NN_BATCH_END,   /* after its step. What is made now is dropped after the call */
    NN_EPOCH_END,   /* the history has the epoch */
    NN_INTERRUPTED, /* by Ctrl-C, before NN_END: the weights are those of the last step */
    NN_END,         /* once, also after an error (`status`) */
    NN_SAVE,        /* a checkpoint is made: put state into `archive` (nn_archive_set_...) */
    NN_RESUME       /* after NN_BEGIN: get it back (nn_archive_get_...) */
} nn_moment;

typedef struct nn_event {
    nn_moment when;
    int epoch, epochs;      /* this epoch, from 1, and how many are to run */
    int64_t batch, batches; /* this batch, from 0, and how many an epoch has */
    double loss;            /* the mean of the epoch so far, in training */
    double batch_loss;      /* of this batch */
    nn_module *net;
    nn_optimizer *optimizer;
    const nn_history *history;
    ag_status status; /* at NN_END: AG_OK, or why training failed */
    bool stop;        /* set it to stop: after this batch, or this epoch */
    bool averaged;    /* validation is of the averages: nn_swap_average gets them, and back */

    /* At NN_SAVE and NN_RESUME: the checkpoint, and the number of the callback, from 0, for names
     * that no other one has: "training.callback.2.waited". */
    nn_archive *archive;
    int number;
    struct nn__fitting *fitting; /* for nn_save_training */
} nn_event;

/* A function that is called at every moment, and what is handed to it. It may read everything and
 * change weights, rates and freezing. An error that it keeps in the graph (ag_fail) ends training.
 * Random numbers that it draws change nothing, since the generator is put back after the call. */
typedef struct nn_callback {
    void (*on)(nn_event *e, void *user);
    void *user;
} nn_callback;

/* Which value is watched. */
typedef enum nn_direction {
    NN_DIRECTION_USUAL, /* up for metrics of which more is better, down otherwise */
    NN_DIRECTION_DOWN,
    NN_DIRECTION_UP
} nn_direction;

/* Stops after `patience` epochs in a row that were no better than the best by more than min_delta;
 * a better one begins anew. NaN is never better. The best weights, with buffers and as validation
 * used them, are copied when they are the best, and put back at the end, whatever ended the
 * training, where restore_best says so; states of the optimizer stay those of the last step. */
typedef struct nn_early_stopping_options {
    const char *monitor; /* a name of the history; NULL: "val_loss", or "loss" without validation */
    int patience;        /* 0 means 10 */
    double min_delta;    /* 0 */
    nn_direction direction;
    bool restore_best;
} nn_early_stopping_options;
AG_API nn_callback nn_early_stopping(ag_graph *g, const nn_early_stopping_options *o);

/* Stops after `patience` epochs in a row in which the value changed by less than epsilon from one
 * epoch to the next: |R(k) - R(k - 1)| < epsilon. */
typedef struct nn_no_change_options {
    const char *monitor; /* NULL: "loss" */
    double epsilon;      /* 0 means 1e-4 */
    int patience;        /* 0 means 10 */
} nn_no_change_options;
AG_API nn_callback nn_stop_on_no_change(ag_graph *g, const nn_no_change_options *o);

/* Reduces the rate on a plateau (nn_with_plateau) of the value. `more_is_better` of the plateau is
 * taken from the direction. */
typedef struct nn_plateau_options {
    const char *monitor; /* as in early stopping */
    nn_direction direction;
    nn_plateau plateau;
} nn_plateau_options;
AG_API nn_callback nn_reduce_on_plateau(ag_graph *g, const nn_plateau_options *o);

/* Writes a line for every epoch to a CSV file, beginning with what the history has already. Errors
 * when training begins and after each epoch: IO. `path` is copied. */
AG_API nn_callback nn_csv_log(ag_graph *g, const char *path);

/* Saves training at this moment, NN_BATCH_END, NN_EPOCH_END or NN_INTERRUPTED: network, optimizer,
 * generator, history, what the epoch has seen, and the state of all callbacks. Errors: STATE
 * (another moment; between the mini-batches of a step), IO, MEMORY, NULL_ARGUMENT. */
AG_API AG_MUST_USE ag_status nn_save_training(const nn_event *e, const char *path);

/* Saves training to a file, of which nn_fit continues with .resume. The file is replaced each time,
 * and is whole at any moment. It always has the last weights, which nn_load reads; with a monitor
 * the best ones, too, with "best." before their names. `path` is copied. Errors when training
 * begins: VALUE (no such name); later: IO. */
typedef struct nn_checkpoint_options {
    const char *monitor; /* NULL: no best weights */
    nn_direction direction;
    int epochs;      /* save after so many, and after the last and an interruption; 0 means 1 */
    int64_t batches; /* and after so many batches; 0: not */
} nn_checkpoint_options;
AG_API nn_callback nn_checkpoint(ag_graph *g, const char *path, const nn_checkpoint_options *o);

/* --- fit -------------------------------------------------------------------------------------- */

/* Progress on stderr, or the stream of the options. A bar that is drawn in place, at most ten times
 * a second; or a line after epochs 1, 2, 5, 10, 20, 50, ... and the last. */
typedef enum nn_show {
    NN_SHOW_AUTO, /* a bar on a terminal that can, lines elsewhere */
    NN_SHOW_BAR,
    NN_SHOW_LINES,
    NN_SHOW_NOTHING
} nn_show;

enum { NN_MOST_METRICS = 8, NN_MOST_CALLBACKS = 8 };

typedef struct nn_fit_options {
    nn_loss loss; /* needed */
    const void *loss_user;
    nn_optimizer *optimizer; /* NULL: nn_adam. It brings clipping, accumulation, schedules */
    int epochs;              /* needed */

    /* Rows of a batch, 0 means 32; how they are drawn, where size and seed are not used. A last
     * batch of one row is joined to the one before where the network has running statistics (batch
     * normalization), unless `draw` says what is to become of it. */
    int64_t batch;
    nn_batches_options draw;

    /* Validation: a data set; or a share of the rows, taken away from training: at random, or with
     * validation_last the last ones. */
    const nn_data *validation;
    double validation_share;
    bool validation_last;

    nn_metric metrics[NN_MOST_METRICS];       /* until one without a name */
    nn_callback callbacks[NN_MOST_CALLBACKS]; /* until one without a function; called in order */

    /* Weights of the loss of a row: by its class, one for each class of the data; by its row in
     * what was read (nn_stored_row); by an extra column of that name. They multiply. The mean
     * divides by the sum of weights. They are for the loss of training; metrics and validation
     * count every row once. */
    const double *class_weights;
    int64_t n_class_weights;
    const double *row_weights;
    int64_t n_row_weights;
    const char *weight_column;

    /* A checkpoint from which training continues as if it had never ended, bit by bit: with the
     * same data and options, of which `epochs` counts those before it, too. A callback of which it
     * has nothing begins anew. NULL: begin. */
    const char *resume;

    /* Where the optimizer averages (nn_with_average), validation and the best weights are those of
     * the averages, and at the end these stay in the network; "loss" and the metrics of training
     * are of the weights of the steps, as are buffers. True: of the steps throughout, and
     * nn_swap_average gets the averages. */
    bool ignore_average;

    uint64_t seed;      /* of order and share; 0: drawn from the graph's generator */
    bool interruptible; /* Ctrl-C ends after the step in hand, a second one the program */
    bool anomaly;       /* anomaly mode (hooks.h): slow, and names the operation that made a NaN */
    nn_show show;
    FILE *show_on; /* NULL: stderr */
} nn_fit_options;

/* Trains the network with the rows of `train`, which are its own targets where they have none. It
 * is built, and the optimizer attached, where that was not done. Before the first step everything
 * is checked, and network and loss are tried on two training rows and two validation rows.
 * Parameters are changed step by step, and stay as they are after an error. It leaves nothing in
 * the graph but parameters, states of the optimizer and the history; from the third epoch on it
 * allocates nothing itself. Returns the history, *borrowed*; NULL after an error: NULL_ARGUMENT,
 * GRAPH (data of another graph: nn_data_in), VALUE (options), STATE (no parameter is trained),
 * ANOMALY (a loss that is not finite;
 * the message has epoch, batch and what was first), IO, and those of data, network, loss and
 * optimizer. */
AG_API nn_history *nn_fit(nn_module *net, const nn_data *train, const nn_fit_options *o);

/* --- evaluation and prediction ---------------------------------------------------------------- */

typedef struct nn_evaluate_options {
    nn_loss loss; /* needed */
    const void *loss_user;
    nn_metric metrics[NN_MOST_METRICS]; /* until one without a name */
    int64_t batch;                      /* rows at a time; 0 means 128. It changes memory alone */
} nn_evaluate_options;

/* The mean loss and the metrics, in the order of the options; NaN after an error. */
typedef struct nn_score {
    double loss, metric[NN_MOST_METRICS];
    int64_t rows;
} nn_score;

/* The loss and the metrics on the rows of d, in evaluation mode, without gradient. Afterwards mode
 * and generator are as they were. A network that is not built is an error. Errors, kept: STATE,
 * NULL_ARGUMENT, GRAPH, SHAPE, and those of the network, the loss and the metrics. */
AG_API nn_score nn_evaluate(nn_module *net, const nn_data *d, const nn_evaluate_options *o);

/* The network's outputs for all rows, a constant: rows first, then as the network gives them.
 * *Borrowed* from the graph. nn_predict_at: those of a module within the network, by its path, such
 * as "2"; of several calls in one pass, the last. Errors as nn_evaluate's; VALUE (no such module),
 * STATE (the module was not called). */
AG_API ag_tensor *nn_predict(nn_module *net, const nn_data *d);
AG_API ag_tensor *nn_predict_at(nn_module *net, const nn_data *d, const char *path);

/* The class of every row, i64: that of the largest of the outputs along the last axis, the first
 * one of equals; where there is one output, 1 if it is above the threshold, which is 0 for logits
 * and 0.5 for probabilities, otherwise 0.  (rows, ..., classes) -> (rows, ...) */
AG_API ag_tensor *nn_predict_classes(nn_module *net, const nn_data *d, double threshold);

/* The confusion matrix of the rows of d (nn_print_matrix), with the names of its classes. The
 * network's outputs are logits, or what the options say; NULL: the usual ones. It leaves nothing in
 * the graph. Errors: as nn_predict's and nn_confusion_new's; STATE (data without targets), IO,
 * NULL_ARGUMENT. */
AG_API AG_MUST_USE ag_status nn_print_confusion(FILE *out, nn_module *net, const nn_data *d,
                                                const nn_score_options *o);

AG_END_C

/* The source line of the call, for messages. */
static inline nn_history *nn__at_history(const nn_history *h, const char *where)
{
    (void)ag__at_graph(nn_graph_of_history(h), where);
    return AG_UNCONST(nn_history *, h);
}

#ifndef AG_NO_SITES
#define nn_last(h, name) nn_last(nn__at_history(h, AG_HERE), name)
#define nn_history_at(h, ...) nn_history_at(nn__at_history(h, AG_HERE), __VA_ARGS__)
#define nn_best(h, ...) nn_best(nn__at_history(h, AG_HERE), __VA_ARGS__)
#define nn_curve(h, name) nn_curve(nn__at_history(h, AG_HERE), name)
#define nn_history_has(h, name, who) nn_history_has(nn__at_history(h, AG_HERE), name, who)
#define nn_early_stopping(g, ...) nn_early_stopping(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_stop_on_no_change(g, ...) nn_stop_on_no_change(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_reduce_on_plateau(g, ...) nn_reduce_on_plateau(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_checkpoint(g, ...) nn_checkpoint(AG_AT_GRAPH(g), __VA_ARGS__)
#define nn_csv_log(g, path) nn_csv_log(AG_AT_GRAPH(g), path)
#define nn_fit(net, ...) nn_fit(NN_AT(net), __VA_ARGS__)
#define nn_evaluate(net, ...) nn_evaluate(NN_AT(net), __VA_ARGS__)
#define nn_predict(net, d) nn_predict(NN_AT(net), d)
#define nn_predict_at(net, ...) nn_predict_at(NN_AT(net), __VA_ARGS__)
#define nn_predict_classes(net, ...) nn_predict_classes(NN_AT(net), __VA_ARGS__)
#define nn_print_confusion(out, net, ...) nn_print_confusion(out, NN_AT(net), __VA_ARGS__)
#endif

#endif
