"""What labs that show one operation step by step share: convolution, pooling. No lab knows another; both know this."""
