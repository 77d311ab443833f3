/* A network that is trained from a table. Private to viz/command. */
#ifndef VIZ_FIT_TABLE_H
#define VIZ_FIT_TABLE_H

#define AG_NO_SITES
#include <autograd/nn.h>

#include "session.h"

#define VIZ__MOST_LAYERS 14

typedef struct viz__fitting {
    ag_graph *graph;
    nn_data *all;
    nn_thirds part; /* rows that train, that are watched meanwhile, that are looked at last */
    nn_module *net;
    bool classes;
    int64_t units[VIZ__MOST_LAYERS];
    int n_hidden;
} viz__fitting;

/* fit_table.c: reads the table and splits its rows as the options say. False, and the graph keeps
 * the error. The other one prints what the columns are taken for. */
bool viz__read_table(viz__fitting *f, const viz__request *r);
void viz__print_table(const viz__fitting *f, const viz__request *r);

#endif
