"""What ordered policies let through, as boxes of subjects, peers and packets: all decided before is taken out."""
