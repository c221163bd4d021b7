"""From outputs to bytes in site/."""
