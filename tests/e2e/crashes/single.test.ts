import { testCrashes } from './crashes.testsuite.ts'

testCrashes('single')
