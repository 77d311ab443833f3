/* A confusion matrix as a picture. Must not know how it is drawn. */
#define AG_NO_SITES
#include <autograd/nn_figures.h>

#define MOST_CLASSES 100

ag_status nn_save_confusion(const char *path, const nn_confusion *c, const nn_data *names,
                            const char *title, const viz_options *options)
{
    static const char *const too_many = "nn_save_confusion: 1 to 100 classes are drawn";
    if (c == NULL || names == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    ag_graph *g = nn_graph_of_data(names);
    if (c->classes < 1 || c->classes > MOST_CLASSES) {
        return ag_fail(g, AG_ERR_VALUE, "nn_print_confusion prints more", "%s", too_many);
    }
    double count[MOST_CLASSES * MOST_CLASSES];
    const char *name[MOST_CLASSES];
    for (int64_t i = 0; i < c->classes * c->classes; i++) {
        count[i] = (double)c->count[i];
    }
    for (int64_t k = 0; k < c->classes; k++) {
        name[k] = k < nn_classes(names) ? nn_class_name(names, k) : NULL;
    }
    return viz_save_confusion(
        g, path,
        &(viz_confusion){
            .title = title, .count = count, .classes = (size_t)c->classes, .class_name = name},
        options);
}
