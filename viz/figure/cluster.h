/* Boxes of one module, drawn within a frame. Private to viz/figure/. */
#ifndef VIZ_CLUSTER_H
#define VIZ_CLUSTER_H

#include "figure.h"

/* cluster.c: finds the clusters of a figure whose boxes and links are made. */
void viz__find_clusters(viz__figure *f);

/* compound.c: gives everything its place, the boxes of a cluster within its frame. */
ag_status viz__place_clusters(viz__figure *f);

#endif
