/* Frames in a figure, one within another, and boxes in them. Private to viz/figure/. */
#ifndef VIZ_CLUSTER_H
#define VIZ_CLUSTER_H

#include "figure.h"

/* cluster.c: finds the frames of a figure whose boxes and links are made. */
void viz__find_clusters(viz__figure *f);

/* The step by which a box is in order among those of its frame; the same for a frame. */
uint32_t viz__rank_of_box(const viz__figure *f, uint32_t box);
uint32_t viz__rank_of_cluster(const viz__figure *f, uint32_t cluster);

/* compound.c: gives everything its place, the boxes and frames of a frame within it. */
ag_status viz__place_levels(viz__figure *f);

#endif
