/* Figures of trainings and networks, drawn with viz_plot.h: curves, decision regions, confusion
 * matrices, images and mistakes, diagrams with weights. Must not know how a plot is drawn.
 *
 * Each writes the picture at `path` and the numbers beside it; what viz_plot.h says of endings,
 * options and errors holds here. NULL for `title` means none. Other plots are a struct of
 * viz_plot.h with nn_curve, nn_roc_new and the like as its numbers.
 */
#ifndef AUTOGRAD_NN_FIGURES_H
#define AUTOGRAD_NN_FIGURES_H

#include "nn_data.h"
#include "nn_metrics.h"
#include "nn_module.h"
#include "nn_train.h"
#include "viz_plot.h"

AG_BEGIN_C

/* The loss over the epochs and, side by side with it, each metric; training and validation in one
 * panel. At most 8 panels. Errors: as viz_save_panels; VALUE (no epoch). */
AG_API ag_status nn_save_curves(const char *path, const nn_history *h, const char *title,
                                const viz_options *options);

/* What a network of two inputs predicts on the plane, with the rows of d as points: for one output
 * the probability of class 1, whose boundary is 0.5, for more the class with the largest.
 * (2) -> (classes), or (2) -> () or (1). Errors: also SHAPE (d or the network has other inputs or
 * outputs), those of nn_predict. */
typedef struct nn_regions {
    const char *title;
    bool logits;  /* the one output is a logit, not a probability */
    int64_t side; /* of the grid; 0 means 121, at most 1000 */
} nn_regions;
AG_API ag_status nn_save_regions(const char *path, nn_module *net, const nn_data *d,
                                 const nn_regions *regions, const viz_options *options);

/* The matrix, with the names of its classes in `names`, which is not NULL: its graph gives memory.
 */
AG_API ag_status nn_save_confusion(const char *path, const nn_confusion *c, const nn_data *names,
                                   const char *title, const viz_options *options);

/* The first n images of a data set, with their classes as titles; the first n that the network
 * mistakes, titled "7 as 2". Samples are (28, 28), (1, 28, 28) or the like. Errors: also SHAPE (no
 * images), STATE (nothing is mistaken), those of nn_predict_classes. */
AG_API ag_status nn_save_images(const char *path, const nn_data *d, int64_t n, const char *title,
                                const viz_options *options);
AG_API ag_status nn_save_mistakes(const char *path, nn_module *net, const nn_data *d, int64_t n,
                                  const char *title, const viz_options *options);

/* The linear layers of a network as units and weighted edges, with what stands between them below.
 * The names are as many as inputs and outputs, or NULL. Errors: also SHAPE (no linear layers, or
 * some that do not follow each other). */
typedef struct nn_diagram {
    const char *title;
    const char *const *input_name, *const *output_name;
} nn_diagram;
AG_API ag_status nn_save_diagram(const char *path, nn_module *net, const nn_diagram *diagram,
                                 const viz_options *options);

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define nn_save_curves(path, h, ...) nn_save_curves(path, nn__at_history(h, AG_HERE), __VA_ARGS__)
#define nn_save_regions(path, net, ...) nn_save_regions(path, NN_AT(net), __VA_ARGS__)
#define nn_save_confusion(path, c, names, ...)                                                     \
    nn_save_confusion(path, c, NN_AT_DATA(names), __VA_ARGS__)
#define nn_save_images(path, d, ...) nn_save_images(path, NN_AT_DATA(d), __VA_ARGS__)
#define nn_save_mistakes(path, net, ...) nn_save_mistakes(path, NN_AT(net), __VA_ARGS__)
#define nn_save_diagram(path, net, ...) nn_save_diagram(path, NN_AT(net), __VA_ARGS__)
#endif

#endif
