A reward can be a privilege card: a code that its owner takes or hands on.
